// Types of html-encoding-sniffer, which comes without its own.

declare module 'html-encoding-sniffer' {
  /** The name of the encoding in which `bytes` should be decoded; `defaultEncoding` as given when nothing tells. */
  export default function sniffEncoding(
    bytes: Uint8Array,
    options: {
      transportLayerEncodingLabel?: string | undefined;
      maxPrescanBytes: number;
      defaultEncoding: string;
    },
  ): string;
}
