import { create } from "@bufbuild/protobuf";
import { expect, it } from "vitest";
import { defaultConfig, LinkMachine } from "../src/core/index.js";
import { AuthType, DeviceSchema } from "../src/gen/link_pb.js";

/** Logs in on a network that is not there; how often it failed, and how the last pause went. */
function attempts(machine: LinkMachine): number {
  const device = create(DeviceSchema, { deviceId: "d" });
  const login = {
    account: "ann",
    authType: AuthType.STATIC,
    token: "t",
    loginExtension: "",
    device,
    force: false,
    attempts: 2,
    timeoutMs: 0,
    hasTokenProvider: false,
  };
  machine.handle(0, { type: "call", id: 1, call: { type: "imLogin", login } });
  let failed = 0;
  for (let nowMs = 0, steps = 0; steps < 20; steps += 1) {
    for (let output = machine.poll(); output; output = machine.poll()) {
      if (output.type === "open") machine.handle(nowMs, { type: "lost", transport: output.transport });
      if (output.type === "event" && output.event.type === "linkFailed") {
        expect(output.event.failure.code).toBe("NetworkUnavailable");
        failed += 1;
      }
    }
    nowMs = machine.deadline() ?? nowMs;
    machine.handle(nowMs, { type: "tick" });
  }
  return failed;
}

it("tells of each attempt to connect that came to nothing", () => {
  expect(attempts(new LinkMachine(defaultConfig("app", new Uint8Array(16))))).toBe(2);
});

it("waits as long before a reconnect as the app says", () => {
  const { link } = new LinkMachine(defaultConfig("app", new Uint8Array(16)));
  link.failures = 3;
  const meant: number[] = [];
  link.reconnectDelay = (pauseMs) => {
    meant.push(pauseMs);
    return 5000;
  };
  expect(link.reconnectPauseMs()).toBe(5000);
  expect(meant[0]).toBeGreaterThanOrEqual(2000);
  expect(meant[0]).toBeLessThan(4000);
  link.reconnectDelay = () => 100;
  for (let n = 0; n < 100; n += 1) {
    const pauseMs = link.reconnectPauseMs();
    expect(pauseMs).toBeGreaterThanOrEqual(300);
    expect(pauseMs).toBeLessThanOrEqual(600);
  }
  link.reconnectDelay = () => Number.NaN;
  expect(link.reconnectPauseMs()).toBeGreaterThanOrEqual(2000);
});
