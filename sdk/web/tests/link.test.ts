import { expect, it } from "vitest";
import { defaultConfig, Link } from "../src/core/state.js";

const seed = new Uint8Array(16);
const config = { ...defaultConfig("app", seed), enterTimeoutMs: 10_000, doubtTimeoutMs: 1_000 };

function linkThatWasHeard(): Link {
  const link = new Link(seed, () => null);
  link.state = { at: "up", transport: link.nextTransport() };
  link.heard(5_000, 1);
  return link;
}

it("has a link that is in doubt answer soon, and asks once", () => {
  const link = linkThatWasHeard();
  expect(link.silentAtMs(config)).toBe(5_000 + 15_000 + 10_000);
  expect(link.doubt(6_000, config)).toBe(true);
  expect(link.silentAtMs(config)).toBe(7_000);
  expect(link.doubt(6_500, config)).toBe(false);
  expect(link.silentAtMs(config)).toBe(7_000);
});

it("forgets a doubt when something is heard, or with another transport", () => {
  const link = linkThatWasHeard();
  link.doubt(6_000, config);
  link.heard(6_200, 1);
  expect(link.silentAtMs(config)).toBe(6_200 + 25_000);
  link.doubt(7_000, config);
  link.nextTransport();
  expect(link.silentAtMs(config)).toBe(6_200 + 25_000);
});
