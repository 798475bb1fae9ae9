// The format of an export: JSON lines, of which the first names it.

/** The kind of the first line, which has `version` and the moment `at` too. The last one's is "end", with `items`. */
export const formatName = 'errand-export';
/** The version that this program writes, and the only one that it reads. */
export const formatVersion = 1;
