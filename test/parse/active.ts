// What Telegram makes active in a text by itself, written down independently of what we do against it.

/** What Telegram's server makes active in a text, after the expressions that its source gives (tdlib, MessageEntity.cpp). */
const active: Record<string, RegExp> = {
  mention: /(?<![\p{L}\p{N}_])@[a-zA-Z0-9_]{2,32}/u,
  command: /(?<![\p{L}\p{N}_/<>])\/[a-zA-Z0-9_]{1,64}/u,
  hashtag: /(?<![\p{L}\p{N}_])#[\p{L}\p{N}_\u200c\u00b7]/u,
  cashtag: /\$(?:1INCH|[A-Z]{1,8})/,
  'bank card': /\d(?:[ -]*\d){12}/,
  address: /[^\s\u2060][.][\p{L}\p{N}_-]*[\p{L}\p{N}]/u,
  'e-mail': /[a-z0-9]@[a-z0-9]/i,
  'link to Telegram': /(?:tg|ton|tonsite):\/\/[a-z0-9_-]/i,
  'link with a scheme': /[a-z]:\/\/[^\s\u2060]/i,
  'time of a film': /(?<![\p{L}\p{N}_])(?:\d{1,3}:)?\d{1,3}:\d\d/u,
  // Of telephone numbers its source tells nothing; five digits are what Android takes for one.
  telephone: /\+\d|\d(?:[ ()./-]*\d){4}/,
};
/** The kinds of what is active in `text`; empty when nothing is. */
export const activeIn = (text: string) => Object.keys(active).filter((kind) => active[kind]?.test(text));
