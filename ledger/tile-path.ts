/** Where C2SP tlog-tiles puts things. `entries` is the level of the entry bundles, which run beside the hash tiles of level 0. */
export type TileLevel = number | 'entries';

export interface Tile {
  readonly level: TileLevel;
  readonly index: number;
  /** Hashes (or entries) in it: 1 to 256. Fewer than 256: a partial tile, at the right edge of some tree. */
  readonly width: number;
}

export const TILE_WIDTH = 256;
const TILE_PATH = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/** An index in groups of three digits, all but the last marked `x`: 1234067 is `x001/x234/067`. */
export function indexPath(index: number): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const groups = padded.match(/.{3}/g) ?? [];
  return groups.map((group, i) => (i === groups.length - 1 ? group : `x${group}`)).join('/');
}

/** The index, or undefined if the path is not the one `indexPath` would write. */
export function parseIndexPath(path: string): number | undefined {
  const index = Number(path.replace(/[x/]/g, ''));
  return Number.isSafeInteger(index) && indexPath(index) === path ? index : undefined;
}

export function tilePath({ level, index, width }: Tile): string {
  const full = `tile/${level}/${indexPath(index)}`;
  return width === TILE_WIDTH ? full : `${full}.p/${width}`;
}

/** The folder that holds the partial forms of a tile. */
export const partialsPath = (level: TileLevel, index: number): string => `tile/${level}/${indexPath(index)}.p`;

/** The tile a path names, or undefined if it is not exactly the path of one. */
export function parseTilePath(path: string): Tile | undefined {
  const [, level, indexText, width] = TILE_PATH.exec(path) ?? [];
  if (level === undefined || indexText === undefined) return undefined;
  const index = parseIndexPath(indexText);
  if (index === undefined) return undefined;
  const tile = {
    level: level === 'entries' ? level : Number(level),
    index,
    width: width === undefined ? TILE_WIDTH : Number(width),
  } as const;
  return tile.width <= TILE_WIDTH && tilePath(tile) === path ? tile : undefined;
}

/** How wide a tile is in the tree of `size` entries; 0 if it is not there yet. */
export function widthAt(level: TileLevel, index: number, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** (level === 'entries' ? 0 : level));
  return Math.min(TILE_WIDTH, Math.max(0, hashes - index * TILE_WIDTH));
}

/** The tiles of the tree of `size` entries, bundles first, each level from left to right. */
export function* tilesOf(size: number): Generator<Tile> {
  for (const level of ['entries', 0, 1, 2, 3, 4, 5, 6] as const) {
    for (let index = 0; ; index++) {
      const width = widthAt(level, index, size);
      if (width === 0) break;
      yield { level, index, width };
    }
  }
}
