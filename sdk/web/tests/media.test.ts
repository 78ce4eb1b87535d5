import { readdirSync, readFileSync } from "node:fs";
import { create, fromJson, type JsonValue, toJson } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { localFailure, type MediaPush } from "../src/core/api.js";
import { type MediaInput, MediaMachine, type MediaOutput, sameDemand } from "../src/core/media.js";
import type { CodeName } from "../src/gen/codes.js";
import { PushSchema, ReplySchema, RequestSchema } from "../src/gen/frame_pb.js";
import { MediaSlotSchema } from "../src/gen/media_pb.js";
import { RoomStream } from "../src/gen/room_pb.js";

type Fields = { readonly [key: string]: JsonValue };
interface Step {
  readonly about?: string;
  /** Time passes until then; the machine is woken when it asks to be. */
  readonly at_ms?: number;
  /** An input: its type and fields. */
  readonly in?: Fields;
  /** What is said since the step before, in order; fields that are not written are free. */
  readonly says?: readonly Fields[];
  readonly state?: string;
}
interface Scenario {
  readonly about: string;
  readonly after?: string;
  readonly steps: readonly Step[];
}

const folder = new URL("media/", import.meta.url);
const read = (name: string): Scenario => JSON.parse(readFileSync(new URL(name, folder), "utf8"));

function inputOf(fields: Fields): MediaInput {
  const { type } = fields;
  if (type === "replied") {
    const { ask, error, ...body } = fields;
    if (typeof error === "string") {
      return { type, ask: Number(ask), outcome: { ok: false, failure: localFailure(error as CodeName) } };
    }
    const { type: _, ...reply } = body;
    return { type, ask: Number(ask), outcome: { ok: true, value: fromJson(ReplySchema, reply as JsonValue).body } };
  }
  if (type === "push") {
    const { type: _, ...push } = fields;
    return { type, push: fromJson(PushSchema, push as JsonValue).body as MediaPush };
  }
  if (type === "demand") {
    const wanted = (fields["rtc_uids"] as number[]).map((rtcUid) => ({
      rtcUid: BigInt(rtcUid),
      stream: RoomStream.VIDEO,
    }));
    return { type, wanted };
  }
  return (type === "offered" ? { lines: [], ...fields } : fields) as unknown as MediaInput;
}

function shown(output: MediaOutput): JsonValue {
  switch (output.type) {
    case "ask": {
      const body = toJson(RequestSchema, create(RequestSchema, { body: output.body })) as Fields;
      return { ask: output.ask, ...body };
    }
    case "done": {
      const { outcome } = output;
      return { done: output.call, ...(outcome.ok ? {} : { error: outcome.failure.code }) };
    }
    case "over":
      return { over: output.failure.code };
    case "slots":
      return { slots: output.slots.map((slot) => toJson(MediaSlotSchema, slot)) };
    case "needed":
      return { needed: Number(output.needed.stream) };
    case "connection":
      return { connected: output.connected };
    case "offer":
      return { offer: output.peer, ice_restart: output.iceRestart };
    case "apply":
      return { apply: output.peer, sdp: output.sdp };
    case "doubtLink":
      return { doubtLink: true };
    default:
      return { [output.type]: output.peer };
  }
}

class Player {
  private nowMs = 0;
  private readonly machine = new MediaMachine(7n);
  private said: JsonValue[] = [];

  play(scenario: Scenario): void {
    if (scenario.after) this.play(read(scenario.after));
    scenario.steps.forEach((step, index) => {
      this.step(step, `${scenario.about}, step ${index + 1}${step.about ? ` (${step.about})` : ""}`);
    });
  }

  private step(step: Step, where: string): void {
    if (step.at_ms !== undefined) {
      for (let due = this.machine.deadline(); due !== null && due <= step.at_ms; due = this.machine.deadline()) {
        this.nowMs = Math.max(due, this.nowMs);
        this.handle({ type: "tick" });
      }
      this.nowMs = step.at_ms;
    }
    if (step.in) this.handle(inputOf(step.in));
    expect(this.said.length, `${where}: ${JSON.stringify(this.said)}`).toBe(step.says?.length ?? 0);
    expect(this.said, where).toMatchObject(step.says ?? []);
    this.said = [];
    if (step.state) expect(this.machine.state.at, where).toBe(step.state);
  }

  private handle(input: MediaInput): void {
    this.machine.handle(this.nowMs, input);
    for (let output = this.machine.poll(); output; output = this.machine.poll()) this.said.push(shown(output));
  }
}

describe("one device's part in a call", () => {
  for (const name of readdirSync(folder)) {
    const scenario = read(name);
    it(scenario.about, () => new Player().play(scenario));
  }
});

it("tells demands apart by what they ask for", () => {
  const picture = { rtcUid: 1n, stream: RoomStream.VIDEO, width: 320 };
  expect(sameDemand([picture], [{ ...picture }])).toBe(true);
  expect(sameDemand([picture], [{ ...picture, width: 640 }])).toBe(false);
  expect(sameDemand([picture], [])).toBe(false);
});
