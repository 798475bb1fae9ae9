// What a benchmark says: one line of JSON with its figures, the medians behind them, and the machine.

import { describeMachine } from './machine.ts';
import type { Machine } from './machine.ts';

/** One measured figure and what it should be; a figure without a target is there for comparison. */
export interface Figure {
  /** What was measured, as the README shows it. */
  readonly figure: string;
  readonly measured: number;
  /** What follows the number, such as `×` or ` MB`. */
  readonly unit: string;
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** What one benchmark prints. */
export interface Line {
  readonly bench: string;
  readonly figures: readonly (Figure & { readonly met?: boolean })[];
  /** The raw numbers that the figures were made of, named with their units. */
  readonly medians: Readonly<Record<string, number>>;
  /** What has to be known to read the figures, such as a tool that is missing here. */
  readonly notes: readonly string[];
  readonly machine: Machine;
}

/** Makes the line of a benchmark: numbers rounded to three digits, each target judged. */
export function makeLine(
  bench: string,
  figures: readonly Figure[],
  medians: Record<string, number>,
  notes: readonly string[] = [],
): Line {
  return {
    bench,
    figures: figures.map((figure) => judge({ ...figure, measured: round(figure.measured) })),
    medians: Object.fromEntries(Object.entries(medians).map(([name, value]) => [name, round(value)])),
    notes,
    machine: describeMachine(),
  };
}

/** Writes a line to stdout. */
export function printLine(line: Line): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function judge(figure: Figure): Line['figures'][number] {
  const { measured, atMost, atLeast } = figure;
  if (atMost === undefined && atLeast === undefined) return figure;
  return { ...figure, met: measured <= (atMost ?? Infinity) && measured >= (atLeast ?? -Infinity) };
}

/** Whole above 100, else three digits. */
function round(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
