import { describe, expect, it } from "vitest";
import { arrange, bestColumns, capacity, GAP, type Rect, type Size } from "../src/meeting/layout.js";

const STAGES: Record<string, Size> = {
  phone: { width: 370, height: 690 },
  phoneAcross: { width: 800, height: 290 },
  tablet: { width: 780, height: 900 },
  desktop: { width: 1400, height: 760 },
};

function overlaps(a: Rect, b: Rect): boolean {
  return (
    a.x < b.x + b.width - 0.01 &&
    b.x < a.x + a.width - 0.01 &&
    a.y < b.y + b.height - 0.01 &&
    b.y < a.y + a.height - 0.01
  );
}

describe("arrange", () => {
  for (const [name, stage] of Object.entries(STAGES)) {
    for (const kind of ["grid", "focus"] as const) {
      it(`keeps every ${kind} on a ${name} inside the stage, apart from each other and no wider than 16:9`, () => {
        for (let count = 1; count <= 40; count += 1) {
          const { rects } = arrange(kind, count, stage);
          expect(rects.length).toBeGreaterThan(0);
          for (const [at, rect] of rects.entries()) {
            expect(rect.x).toBeGreaterThanOrEqual(-0.01);
            expect(rect.y).toBeGreaterThanOrEqual(-0.01);
            expect(rect.x + rect.width).toBeLessThanOrEqual(stage.width + 0.01);
            expect(rect.y + rect.height).toBeLessThanOrEqual(stage.height + 0.01);
            expect(rect.width).toBeGreaterThan(60);
            expect(rects.slice(at + 1).some((other) => overlaps(rect, other))).toBe(false);
          }
        }
      });
    }
  }

  it("shows everybody once, over all pages", () => {
    for (const kind of ["grid", "focus"] as const) {
      const shown: number[] = [];
      const { pages } = arrange(kind, 43, STAGES.desktop as Size);
      for (let page = 0; page < pages; page += 1) {
        const { first, rects } = arrange(kind, 43, STAGES.desktop as Size, page);
        const [from, skipped] = kind === "focus" ? [first + 1, 1] : [first, 0];
        for (let at = 0; at < rects.length - skipped; at += 1) shown.push(from + at);
      }
      const all = Array.from({ length: kind === "focus" ? 42 : 43 }, (_, at) => at + (kind === "focus" ? 1 : 0));
      expect(shown).toEqual(all);
    }
  });

  it("stays on the last page when people have left", () => {
    expect(arrange("grid", 20, STAGES.desktop as Size, 7).page).toBe(1);
  });

  it("puts two side by side on a wide stage and one above the other on a phone", () => {
    expect(bestColumns(2, STAGES.desktop as Size)).toBe(2);
    expect(bestColumns(2, STAGES.phone as Size)).toBe(1);
  });

  it("puts the strip beside a wide stage and above a tall one", () => {
    const [wide] = arrange("focus", 4, STAGES.desktop as Size).rects;
    expect(wide).toMatchObject({ x: 0, y: 0, height: 760 });
    const [tall] = arrange("focus", 4, STAGES.phone as Size).rects;
    expect(tall?.y).toBeGreaterThan(GAP);
    expect(tall?.width).toBe(370);
  });

  it("has nothing to say about an empty stage", () => {
    expect(arrange("grid", 3, { width: 0, height: 0 }).rects).toEqual([]);
    expect(capacity(STAGES.phone as Size)).toBeLessThan(capacity(STAGES.desktop as Size));
  });
});
