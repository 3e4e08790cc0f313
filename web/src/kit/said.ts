import { day, moment } from './format.ts';

/** A sentence of core as people read it: its instants and dates, which are written for machines, in words. */
export const said = (sentence: string, zone: string): string =>
  sentence
    .replace(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/g, (instant) => moment(instant, zone))
    .replace(/(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])/g, (date) => day(date));

/** The first letter large: for words that begin a sentence. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
