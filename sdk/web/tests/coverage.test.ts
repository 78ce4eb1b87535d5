import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  MessageChannelService,
  NERoom,
  NERoomError,
  RoomContext,
  RoomService,
  V2NIMLoginService,
} from "../src/index.js";
import { ChatController } from "../src/neroom/chat.js";
import { FileService } from "../src/neroom/file.js";
import { AuthService } from "../src/neroom/identity.js";
import * as later from "../src/neroom/later.js";
import { PreviewController, PreviewRoomContext } from "../src/neroom/media/preview.js";
import { RtcController } from "../src/neroom/media.js";

interface Group {
  readonly header: string;
  readonly supported: readonly string[];
  /** By reason. */
  readonly not_supported: Readonly<Record<string, readonly string[]>>;
}

const root = new URL("../", import.meta.url);
const table: Record<string, Group> = JSON.parse(readFileSync(new URL("coverage.json", root), "utf8"));
const group = (name: string) => table[`web: ${name}`] as Group;
const notSupported = (name: string) => Object.values(group(name).not_supported).flat();

/** The methods of every published interface that has some. */
function declared(): Map<string, string[]> {
  const folder = new URL("src/neroom/published/", root);
  const found = new Map<string, string[]>();
  for (const file of readdirSync(folder)) {
    const text = readFileSync(new URL(file, folder), "utf8");
    for (const [, name, body] of text.matchAll(/^export interface (\w+) \{\n(.*?)^\}/gms)) {
      const methods = [...(body ?? "").matchAll(/^ {2}(\w+)\??\(/gm)].map(([, method]) => method as string);
      if (name && methods.length > 0 && /Service|Controller|Context|Listener$/.test(name)) found.set(name, methods);
    }
  }
  return found;
}

describe("the table of coverage", () => {
  it("names the same calls as the declarations", () => {
    for (const [name, methods] of declared()) {
      expect([...group(name).supported, ...notSupported(name)].sort(), name).toEqual([...methods].sort());
    }
  });

  it("names what is there", () => {
    const classes: [string, { prototype: object }][] = [
      ["NEAuthService", AuthService],
      ["NERoomService", RoomService],
      ["NERoomContext", RoomContext],
      ["NERoomChatController", ChatController],
      ["NEMessageChannelService", MessageChannelService],
      ["NENosService", FileService],
      ["NERoomRtcController", RtcController],
      ["NEPreviewController", PreviewController],
      ["NEPreviewRoomContext", PreviewRoomContext],
      ["V2NIMLoginService", V2NIMLoginService],
    ];
    for (const [name, { prototype }] of classes) {
      for (const method of group(name).supported) expect(method in prototype, `${name}.${method}`).toBe(true);
    }
    for (const method of group("NERoom").supported) {
      expect(method in NERoom || method in NERoom.prototype, `NERoom.${method}`).toBe(true);
    }
  });
});

describe("a call whose feature has not arrived", () => {
  const controllers: [string, object][] = [
    ["NERoomRtcController", new RtcController({} as never, { room: {} } as never, () => {})],
    ["NERoomLiveController", later.liveController()],
    ["NERoomSeatController", later.seatController()],
    ["NERoomWhiteboardController", later.whiteboardController()],
    ["NERoomAnnotationController", later.annotationController()],
    ["NEWaitingRoomController", later.waitingRoomController()],
    ["NERoomSIPController", later.sipController()],
    ["NERoomInviteController", later.appInviteController()],
    ["NEPreviewController", new PreviewController(() => {})],
    ["NERoomService", new RoomService(() => null)],
    ["NEMessageChannelService", new MessageChannelService(() => null)],
  ];
  for (const [name, controller] of controllers) {
    it(`says so: ${name}`, async () => {
      for (const method of notSupported(name)) {
        const call = (controller as Record<string, unknown>)[method];
        expect(typeof call, method).toBe("function");
        const answer: unknown = (call as () => unknown)();
        if (!(answer instanceof Promise)) continue;
        await expect(answer, method).rejects.toMatchObject({ code: 600_000_001, codeName: "NotSupported" });
      }
    });
  }
});

describe("before RoomKit is initialised", () => {
  it("calls say so", async () => {
    const kit = NERoom.getInstance();
    const calls = [
      kit.authService.login("ann", "token"),
      kit.authService.logout(),
      kit.roomService.getMyInRoomDeviceList(),
      kit.messageChannelService.sendCustomMessage("", "bob", 10_001, ""),
      kit.nosService.uploadResource({ blob: new Blob(), type: "file" }),
    ];
    for (const call of calls) await expect(call).rejects.toBeInstanceOf(NERoomError);
    for (const call of calls) await expect(call).rejects.toMatchObject({ codeName: "NotInitialized" });
    expect(kit.isInitialized).toBe(false);
    expect(kit.authService.isLoggedIn).toBe(false);
  });
});
