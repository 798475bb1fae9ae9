import { describe, expect, it } from 'vitest';
import { makeLine } from '../../bench/line.ts';
import { writeTable } from '../../bench/table.ts';

const document = 'Before\n<!-- bench -->\nold\n<!-- /bench -->\nAfter\n';
const lines = [
  makeLine('one', [{ figure: 'growth', measured: 249.6, unit: ' MB', atMost: 200 }], {}),
  makeLine(
    'two',
    [
      { figure: 'speed', measured: 0.8123, unit: '×', atLeast: 0.8 },
      { figure: 'contrast', measured: 52, unit: '×' },
    ],
    {},
    ['no curl to compare with'],
  ),
];

describe('makeLine', () => {
  it('rounds to three digits and judges what it shows', () => {
    const { figures, medians } = makeLine(
      'three',
      [{ figure: 'ratio', measured: 1.0504, unit: '×', atMost: 1.05 }],
      { someMs: 5_009.7, someUs: 0.012345 },
    );
    expect(figures).toEqual([{ figure: 'ratio', measured: 1.05, unit: '×', atMost: 1.05, met: true }]);
    expect(medians).toEqual({ someMs: 5_010, someUs: 0.0123 });
  });

  it('calls a missed target missed, and judges no figure without a target', () => {
    expect(lines.flatMap(({ figures }) => figures.map(({ met }) => met))).toEqual([false, true, undefined]);
  });
});

describe('writeTable', () => {
  it('puts figures, targets, machine and notes between the markers and leaves the rest', () => {
    const { cpu, cores, node } = lines[0]?.machine ?? {};
    expect(writeTable(document, lines)).toBe(`Before
<!-- bench -->
| figure | measured | target |
|---|---|---|
| growth | 250 MB | ≤ 200 MB, missed |
| speed | 0.812× | ≥ 0.8× |
| contrast | 52× |  |

Measured on ${cpu}, ${cores} cores, Node ${node}; no curl to compare with.
<!-- /bench -->
After
`);
  });

  it('written twice is the same as written once', () => {
    const once = writeTable(document, lines);
    expect(writeTable(once, lines)).toBe(once);
  });

  it.each(['', '<!-- bench -->', '<!-- /bench --> <!-- bench -->'])(
    'throws where markers are missing: "%s"',
    (text) => {
      expect(() => writeTable(text, lines)).toThrow('Cannot write the table: no "<!-- bench -->" before');
    },
  );
});
