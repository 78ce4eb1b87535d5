import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { play, type Scenario } from "./scenario.js";

const folder = fileURLToPath(new URL("../../../core/client/tests/scenarios/", import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));

function read(name: string): Scenario {
  return JSON.parse(readFileSync(`${folder}${name}`, "utf8"));
}

describe("the scenarios that the Rust machine plays too", () => {
  it("are there", () => expect(files.length).toBeGreaterThan(0));
  for (const file of files) {
    const scenario = read(file);
    it(`${file}: ${scenario.about}`, () => {
      const problems = play(scenario, (name) => read(`${name}.json`));
      expect(problems).toEqual([]);
    });
  }
});
