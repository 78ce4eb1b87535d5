import {
  create,
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonValue,
  type Message,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import {
  type Answer,
  type Call,
  codeOf,
  defaultConfig,
  type Event,
  type ImLogin,
  type Input,
  LinkMachine,
  localFailure,
  type Output,
} from "../src/core/index.js";
import { ChatMessageSchema, UserCommandSchema } from "../src/gen/chat_pb.js";
import { FrameSchema, PushSchema, ReplySchema, type Request, RequestSchema } from "../src/gen/frame_pb.js";
import { AuthType, DeviceSchema, RoomIdentitySchema } from "../src/gen/link_pb.js";
import { CursorSchema, RoomEventSchema, RoomHeadSchema, RoomMemberSchema } from "../src/gen/room_pb.js";

/** What core/client/tests/scenarios/README.md describes. */
export interface Scenario {
  readonly about: string;
  readonly after?: string;
  readonly steps: readonly Step[];
}

type Json = JsonValue;
type Fields = { readonly [key: string]: Json };
type Step = Fields & { readonly expect?: readonly Fields[]; readonly mirror?: Fields };

const DEVICE = create(DeviceSchema, { deviceId: "d" });

/** Plays a scenario on a new machine; what was not as it must be. */
export function play(scenario: Scenario, read: (name: string) => Scenario): string[] {
  const player = new Player();
  player.play(scenario, read);
  return player.problems;
}

class Player {
  readonly problems: string[] = [];
  private nowMs = 1_000;
  private readonly machine = new LinkMachine(defaultConfig("app", new Uint8Array(16).fill(7)));
  private said: Output[] = [];
  private lastTransport = 0;
  private readonly calls = new Map<string, number>();
  private readonly requests = new Map<string, bigint>();
  private readonly fetches = new Map<string, number>();

  play(scenario: Scenario, read: (name: string) => Scenario): void {
    if (scenario.after) this.play(read(scenario.after), read);
    scenario.steps.forEach((step, index) => {
      const where = `${scenario.about}, step ${index + 1}${step["about"] ? ` (${step["about"]})` : ""}`;
      this.step(step, (problem) => this.problems.push(`${where}: ${problem}`));
    });
  }

  private step(step: Step, problem: (text: string) => void): void {
    if (typeof step["at_ms"] === "number") this.passUntil(step["at_ms"]);
    const input = this.input(step);
    if (input) this.handle(input);
    const said = this.said;
    this.said = [];
    this.compare(step.expect ?? [], said, problem);
    for (const [archiveId, pattern] of Object.entries(step.mirror ?? {})) {
      const found = this.mirror(archiveId);
      if (!matches(pattern, found)) problem(`mirror ${archiveId}: ${show(pattern)} is not in ${show(found)}`);
    }
  }

  private passUntil(untilMs: number): void {
    for (;;) {
      const deadline = this.machine.deadline();
      if (deadline === null || deadline > untilMs) break;
      this.nowMs = Math.max(this.nowMs, deadline);
      this.handle({ type: "tick" });
    }
    this.nowMs = untilMs;
  }

  private handle(input: Input): void {
    this.machine.handle(this.nowMs, input);
    for (let output = this.machine.poll(); output; output = this.machine.poll()) {
      if (output.type === "open") this.lastTransport = output.transport;
      // What the Rust core has no words for.
      const isOwn = output.type === "save" || (output.type === "event" && output.event.type === "linkFailed");
      if (!isOwn) this.said.push(output);
    }
  }

  private input(step: Step): Input | null {
    if (typeof step["opened"] === "number") return { type: "opened", transport: step["opened"] };
    if (typeof step["lost"] === "number") return { type: "lost", transport: step["lost"] };
    if (step["network_changed"] === true) return { type: "networkChanged" };
    if ("token" in step && !("call" in step)) return { type: "token", token: step["token"] as string | null };
    if (step["ticket"]) return this.ticket(step["ticket"] as Fields);
    if (step["reply"]) return this.reply(step["reply"] as Fields);
    if (step["push"]) {
      const { on, ...body } = step["push"] as Fields;
      const push = fromJson(PushSchema, body as Json);
      return this.frame(on, { case: "push", value: push });
    }
    if (typeof step["call"] === "string") return this.call(step["call"], step);
    return null;
  }

  private frame(on: Json | undefined, kind: { case: "push" | "reply"; value: Message }): Input {
    const frame = create(FrameSchema, { kind: kind as never });
    const transport = typeof on === "number" ? on : this.lastTransport;
    return { type: "frame", transport, bytes: toBinary(FrameSchema, frame) };
  }

  private reply(fields: Fields): Input {
    const { to, on, ...rest } = fields;
    const id = this.requests.get(String(to));
    if (id === undefined) throw new Error(`no request has the name ${to}`);
    const json = { last: true, ...rest, id: id.toString() };
    return this.frame(on, { case: "reply", value: fromJson(ReplySchema, json as Json) });
  }

  private ticket(fields: Fields): Input {
    const id = this.fetches.get(String(fields["for"])) ?? -1;
    if (typeof fields["error"] === "number") {
      return { type: "ticket", id, outcome: { ok: false, failure: localFailure(codeOf(0, fields["error"])) } };
    }
    const value = { accid: String(fields["accid"]), ticket: String(fields["ticket"]) };
    return { type: "ticket", id, outcome: { ok: true, value } };
  }

  private call(name: string, step: Step): Input {
    const id = this.calls.size + 1;
    this.calls.set(name, id);
    return { type: "call", id, call: callOf(step) };
  }

  private mirror(archiveId: string): Json {
    const mirror = this.machine.rooms.get(BigInt(archiveId))?.mirror;
    if (!mirror) return null;
    return {
      head: toJson(RoomHeadSchema, mirror.head),
      at: toJson(CursorSchema, mirror.at),
      members: mirror.members.map((member) => toJson(RoomMemberSchema, member)),
    };
  }

  /** Entries of one kind come in their order. */
  private compare(expected: readonly Fields[], said: readonly Output[], problem: (text: string) => void): void {
    const queues = new Map<string, Output[]>();
    for (const output of said) queues.set(kindOf(output), [...(queues.get(kindOf(output)) ?? []), output]);
    for (const entry of expected) {
      const kind = kindOfEntry(entry);
      const queue = queues.get(kind) ?? [];
      while (queue[0] && isPing(queue[0]) && !("ping" in entry)) queue.shift();
      const output = queue.shift();
      if (!output) problem(`nothing was said where ${show(entry)} is expected`);
      else this.entry(entry, output, problem);
    }
    for (const output of [...queues.values()].flat()) {
      if (!isPing(output)) problem(`nobody expected ${show(describe(output))}`);
    }
  }

  private entry(entry: Fields, output: Output, problem: (text: string) => void): void {
    const found = this.named(entry, output);
    const { send, renewed, ...rest } = entry;
    const pattern = send === undefined ? entry : rest;
    if (!matches(pattern as Json, found)) problem(`${show(pattern)} is not in ${show(found)}`);
  }

  /** What was said in the words of an entry; remembers the names that the entry gives. */
  private named(entry: Fields, output: Output): Json {
    if (output.type === "send") {
      const request = requestOf(output);
      const name = String(entry["send"]);
      const known = this.requests.get(name);
      if (known !== undefined && entry["renewed"] !== true && known !== request.id) {
        this.problems.push(`${name} is another request than before`);
      }
      this.requests.set(name, request.id);
      return describe(output);
    }
    if (output.type === "fetchTicket") {
      this.fetches.set(String(entry["fetch_ticket"]), output.id);
      return { ...(describe(output) as Fields), fetch_ticket: String(entry["fetch_ticket"]) };
    }
    if (output.type === "done") {
      const name = [...this.calls].find(([, id]) => id === output.id)?.[0] ?? "nobody";
      const { outcome } = output;
      if (!outcome.ok) return { done: name, error: outcome.failure.number };
      return { done: name, ok: this.answer(outcome.value) };
    }
    return describe(output);
  }

  private answer(answer: Answer): Json {
    switch (answer.type) {
      case "done":
        return {};
      case "loggedIn":
        return {
          logged_in: {
            account: answer.account,
            other_devices: answer.otherDevices.map((device) => toJson(DeviceSchema, device)),
          },
        };
      case "roomLoggedIn":
        return { room_logged_in: toJson(RoomIdentitySchema, answer.room) };
      case "joined": {
        const room = this.machine.rooms.get(answer.archiveId);
        return {
          joined: {
            archive_id: Number(answer.archiveId),
            room_uuid: room?.mirror.head.roomUuid ?? "",
            rtc_uid: Number(room?.rtcUid ?? 0),
            user_uuid: room?.userUuid ?? "",
            chat_room_id: Number(room?.chatRoomId ?? 0),
          },
        };
      }
      case "replied": {
        const reply = toJson(ReplySchema, create(ReplySchema, { body: answer.body })) as Fields;
        if (answer.body.case === "kickDevices") return { kicked: answer.body.value.deviceIds };
        const silent = ["chatRecall", "userSend", "renewRoomToken", "roomLogout", "logout"];
        return silent.includes(String(answer.body.case)) ? {} : (reply as Json);
      }
    }
  }
}

function callOf(step: Step): Call {
  if (step["ask"]) return { type: "ask", body: fromJson(RequestSchema, step["ask"]).body };
  if (step["im_login"]) return { type: "imLogin", login: imLogin(step["im_login"] as Fields) };
  if (step["login_by_im"]) return { type: "loginByIm", login: imLogin(step["login_by_im"] as Fields) };
  if (step["im_logout"]) return { type: "imLogout" };
  if (step["room_logout"]) return { type: "roomLogout" };
  if (step["kick_devices"]) {
    const body = fromJson(RequestSchema, { kickDevices: { deviceIds: step["kick_devices"] } }).body;
    return { type: "ask", body };
  }
  if (step["room_login"]) {
    const { reuse_im, user_uuid, token, dynamic } = step["room_login"] as Fields;
    const credential = { userUuid: String(user_uuid), token: String(token), dynamic: dynamic === true };
    return { type: "roomLogin", reuseIm: reuse_im === true, credential, device: DEVICE };
  }
  if (step["renew_room_token"]) {
    const { dynamic, token } = step["renew_room_token"] as Fields;
    return { type: "renewRoomToken", dynamic: dynamic === true, token: String(token) };
  }
  throw new Error(`unknown call ${show(step)}`);
}

function imLogin(fields: Fields): ImLogin {
  return {
    account: String(fields["account"]),
    authType: AuthType.STATIC,
    token: String(fields["token"]),
    loginExtension: "",
    device: DEVICE,
    force: fields["force"] === true,
    attempts: Number(fields["attempts"] ?? 0),
    timeoutMs: Number(fields["timeout_ms"] ?? 0),
    hasTokenProvider: fields["has_token_provider"] === true,
  };
}

function requestOf(output: Output & { type: "send" }): Request {
  const { kind } = fromBinary(FrameSchema, output.bytes);
  if (kind.case !== "request") throw new Error("a client sends requests");
  return kind.value;
}

function isPing(output: Output): boolean {
  return output.type === "send" && requestOf(output).body.case === "ping";
}

function kindOf(output: Output): string {
  return output.type === "close" ? "open" : output.type;
}

function kindOfEntry(entry: Fields): string {
  if ("open" in entry || "close" in entry) return "open";
  if ("fetch_ticket" in entry) return "fetchTicket";
  if ("fetch_token" in entry) return "fetchToken";
  if ("send" in entry) return "send";
  return "done" in entry ? "done" : "event";
}

function describe(output: Output): Json {
  switch (output.type) {
    case "open":
      return { open: output.transport };
    case "close":
      return { close: output.transport };
    case "send": {
      const { opId, id, deadlineMs, ...body } = toJson(RequestSchema, requestOf(output)) as Fields;
      return body as Json;
    }
    case "fetchTicket": {
      const { userUuid, token, dynamic } = output.credential;
      return { fetch_ticket: "", user_uuid: userUuid, token, dynamic };
    }
    case "fetchToken":
      return { fetch_token: output.account };
    case "event":
      return event(output.event);
    default:
      return JSON.parse(show(output));
  }
}

function event(event: Event): Json {
  switch (event.type) {
    case "loggingIn":
      return { event: "logging_in" };
    case "loggedInAgain":
      return { event: "logged_in_again" };
    case "loginLost":
      return { event: "login_lost", code: event.failure.number };
    case "devicesChanged":
      return {
        event: "devices_changed",
        other_devices: list(DeviceSchema, event.otherDevices),
        changed: list(DeviceSchema, event.changed),
        came_in: event.cameIn,
      };
    case "kicked":
      return { event: "kicked", reason: event.reason, client_type: event.clientType, description: event.description };
    case "roomAuth":
      return { event: "room_auth", auth: event.event, cause: event.cause };
    case "roomEvent":
      return {
        event: "room",
        archive_id: Number(event.archiveId),
        change: toJson(RoomEventSchema, event.event),
        gone: list(RoomMemberSchema, event.before.gone),
        deleted: { ...event.before.deleted },
      };
    case "roomEnded":
      return { event: "room_ended", archive_id: Number(event.archiveId), reason: event.reason };
    case "roomConnection":
      return { event: "room_connection", archive_id: Number(event.archiveId), connected: event.connected };
    case "chat":
      return {
        event: "chat",
        archive_id: Number(event.archiveId),
        message: toJson(ChatMessageSchema, event.message),
      };
    case "command":
      return { event: "command", command: toJson(UserCommandSchema, create(UserCommandSchema, event.command)) };
    default:
      return { event: event.type };
  }
}

function list<Desc extends DescMessage>(schema: Desc, messages: readonly Message[]): Json[] {
  return messages.map((message) => toJson(schema, message as never) as Json);
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? inner.toString() : inner));
}

/** Whether what is written is there; what is not written is free. */
function matches(pattern: Json, found: Json | undefined): boolean {
  if (isDefault(pattern)) return found === undefined || isDefault(found);
  if (found === undefined || found === null) return false;
  if (Array.isArray(pattern)) {
    if (!Array.isArray(found) || found.length !== pattern.length) return false;
    return pattern.every((item, index) => matches(item, found[index]));
  }
  if (typeof pattern === "object" && pattern !== null) {
    if (typeof found !== "object" || Array.isArray(found)) return false;
    return Object.entries(pattern).every(([key, value]) => matches(value, found[key]));
  }
  return pattern === found;
}

function isDefault(value: Json): boolean {
  if (value === null || value === 0 || value === "" || value === false || value === "0") return true;
  return Array.isArray(value) && value.length === 0;
}
