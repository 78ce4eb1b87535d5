/** Where the tiles of a meeting stand. Pure: sizes in, rectangles out, all in CSS pixels. */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Size {
  width: number;
  height: number;
}

/** `focus` has one large tile (the first) and the others in a strip. */
export type LayoutKind = "grid" | "focus";

export interface Arrangement {
  /** One for each tile of the page, in order. */
  rects: Rect[];
  /** Which of all tiles the page shows: from this one on. */
  first: number;
  pages: number;
  page: number;
}

export const GAP = 10;
/** Tiles are never wider than this. */
const WIDEST = 16 / 9;
/** A strip's tile on a wide and on a narrow stage. */
const STRIP_WIDE = 208;
const STRIP_NARROW = 132;

/** How many tiles a page of the grid holds. */
export function capacity({ width, height }: Size): number {
  if (width < 520) return height > 640 ? 8 : 6;
  return width < 1000 ? 9 : 16;
}

export function arrange(kind: LayoutKind, count: number, stage: Size, page = 0): Arrangement {
  if (count === 0 || stage.width <= 0 || stage.height <= 0) return { rects: [], first: 0, pages: 1, page: 0 };
  return kind === "focus" && count > 1 ? focus(count, stage, page) : grid(count, stage, page);
}

function grid(count: number, stage: Size, wanted: number): Arrangement {
  const most = capacity(stage);
  const pages = Math.ceil(count / most);
  const page = Math.min(Math.max(wanted, 0), pages - 1);
  const first = page * most;
  const shown = Math.min(most, count - first);
  // Pages but the first keep the size of a full one, so that tiles do not jump when pages are turned.
  const columns = bestColumns(pages > 1 ? most : shown, stage);
  const rows = Math.ceil((pages > 1 ? most : shown) / columns);
  return { rects: cells(shown, columns, rows, stage), first, pages, page };
}

/** The number of columns with which the tiles are largest. */
export function bestColumns(count: number, stage: Size): number {
  let best = 1;
  let bestArea = 0;
  for (let columns = 1; columns <= count; columns += 1) {
    const { width, height } = cell(columns, Math.ceil(count / columns), stage);
    const area = width * height;
    if (area > bestArea + 0.5) [best, bestArea] = [columns, area];
  }
  return best;
}

function cell(columns: number, rows: number, stage: Size): Size {
  const slimmest = stage.width < stage.height ? 3 / 4 : 5 / 4;
  const room = {
    width: Math.max(0, (stage.width - GAP * (columns - 1)) / columns),
    height: Math.max(0, (stage.height - GAP * (rows - 1)) / rows),
  };
  const width = Math.min(room.width, room.height * WIDEST);
  return { width, height: Math.min(room.height, width / slimmest) };
}

/** Rows are in the middle, also the last one that is not full. */
function cells(count: number, columns: number, rows: number, stage: Size): Rect[] {
  const { width, height } = cell(columns, rows, stage);
  const top = (stage.height - rows * height - (rows - 1) * GAP) / 2;
  return Array.from({ length: count }, (_, at) => {
    const row = Math.floor(at / columns);
    const inRow = Math.min(columns, count - row * columns);
    const left = (stage.width - inRow * width - (inRow - 1) * GAP) / 2;
    return { x: left + (at % columns) * (width + GAP), y: top + row * (height + GAP), width, height };
  });
}

/** The strip is at the right of a wide stage and above a tall one. */
function focus(count: number, stage: Size, wanted: number): Arrangement {
  const wide = stage.width >= stage.height * 1.15;
  const thick = wide ? Math.min(STRIP_WIDE, stage.width * 0.24) : Math.min(STRIP_NARROW, stage.height * 0.24);
  const tile = wide
    ? { width: thick, height: thick / WIDEST }
    : { width: Math.min(thick * WIDEST, (stage.width - GAP) / 2), height: thick };
  const [length, step] = wide ? [stage.height, tile.height + GAP] : [stage.width, tile.width + GAP];
  const perPage = Math.max(1, Math.floor((length + GAP) / step));
  const pages = Math.ceil((count - 1) / perPage);
  const page = Math.min(Math.max(wanted, 0), pages - 1);
  const first = page * perPage;
  const shown = Math.min(perPage, count - 1 - first);
  const begin = (length - shown * step + GAP) / 2;
  const strip = Array.from({ length: shown }, (_, at) => {
    const along = begin + at * step;
    return wide ? { x: stage.width - tile.width, y: along, ...tile } : { x: along, y: 0, ...tile };
  });
  const main: Rect = wide
    ? { x: 0, y: 0, width: stage.width - tile.width - GAP, height: stage.height }
    : { x: 0, y: tile.height + GAP, width: stage.width, height: stage.height - tile.height - GAP };
  return { rects: [main, ...strip], first, pages, page };
}
