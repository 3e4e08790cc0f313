/**
 * What a spreadsheet takes for a formula when it opens a CSV: also behind blanks, and in the wide forms that East Asian editions read. Text
 * that begins so is written with an apostrophe before it, which spreadsheets show as text and whoever reads the file by program takes off.
 */
const FORMULA = /^[\s\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;

/** Text that no spreadsheet runs. Numbers stay numbers: -5 is one. */
export const guarded = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);
