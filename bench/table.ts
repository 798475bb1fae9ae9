// The benchmarks' figures as a table, between two markers of a document.

import type { Line } from './line.ts';

const begin = '<!-- bench -->';
const end = '<!-- /bench -->';

/** Puts a table of all figures between the markers of `document`. Throws when they are missing. */
export function writeTable(document: string, lines: readonly Line[]): string {
  const from = document.indexOf(begin);
  const to = document.indexOf(end, from);
  if (from < 0 || to < 0)
    throw new Error(`Cannot write the table: no "${begin}" before "${end}" in the document`);
  return `${document.slice(0, from)}${begin}\n${layOut(lines)}\n${document.slice(to)}`;
}

function layOut(lines: readonly Line[]): string {
  const rows = lines.flatMap(({ figures }) => figures).map(rowOf);
  const table = ['| figure | measured | target |', '|---|---|---|', ...rows].join('\n');
  const machines = lines.map(({ machine: { cpu, cores, node } }) => `${cpu}, ${cores} cores, Node ${node}`);
  const notes = lines.flatMap(({ notes }) => notes);
  return `${table}\n\nMeasured on ${[...new Set([...machines, ...notes])].join('; ')}.`;
}

function rowOf({ figure, measured, unit, atMost, atLeast, met }: Line['figures'][number]): string {
  const target =
    atMost === undefined ? (atLeast === undefined ? '' : `≥ ${atLeast}${unit}`) : `≤ ${atMost}${unit}`;
  return `| ${figure} | ${measured}${unit} | ${target}${met === false ? ', missed' : ''} |`;
}
