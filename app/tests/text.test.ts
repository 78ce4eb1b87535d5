import { describe, expect, it } from "vitest";
import { en, type TextKey } from "../src/text/en.js";
import { codeNameOf, errorText, fill, pickLanguage, textIn } from "../src/text/text.js";
import { zh } from "../src/text/zh.js";

const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe("words", () => {
  it("are the same set in both languages, with the same places to fill in", () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
    for (const key of Object.keys(en) as TextKey[]) {
      expect(holes(zh[key]), key).toEqual(holes(en[key]));
      expect(zh[key].trim(), key).not.toBe("");
    }
  });

  it("are Chinese where they are said in Chinese", () => {
    const same = ["appKey", "accountPlaceholder", "roomNumberPlaceholder", "deviceNumber", "errorCode"];
    for (const key of Object.keys(en) as TextKey[]) {
      if (!same.includes(key)) expect(zh[key], key).toMatch(/\p{Script=Han}/u);
    }
  });

  it("are filled in", () => {
    expect(fill("{a} and {b}", { a: 1 })).toBe("1 and {b}");
    expect(textIn("zh")("membersCount", { count: 3 })).toBe("成员，3 人");
  });
});

describe("the language", () => {
  it("is the first that the client has", () => {
    expect(pickLanguage(["fr-FR", "zh-TW", "en"])).toBe("zh");
    expect(pickLanguage(["en-GB", "zh"])).toBe("en");
    expect(pickLanguage(["fr"])).toBe("en");
  });
});

describe("errors", () => {
  it("are told as the code table has them", () => {
    const locked = { codeName: "RoomLocked", code: 1019 };
    expect(errorText(locked, "en")).toBe("The room is locked. (1019)");
    expect(errorText(locked, "zh")).toBe("房间已锁定。（1019）");
  });

  it("of IM are found by their number", () => {
    expect(codeNameOf({ code: 102302, desc: "" })).toBe("ImTokenIncorrect");
  });

  it("that nobody knows are told all the same", () => {
    expect(errorText(new Error("boom"), "en")).toBe("Something went wrong.");
    expect(errorText({ codeName: "toString" }, "en")).toBe("Something went wrong.");
  });
});
