import type { DeviceType } from "parlor-web";
import { Button } from "../base/button.js";
import { Choice } from "../base/field.js";
import { type Store, useStore } from "../base/store.js";
import { say } from "../base/toast.js";
import { errorText, type Text, useText } from "../text/text.js";
import { type DeviceList, type Devices, KINDS } from "./devices.js";

export function kindText(t: Text, kind: DeviceType): string {
  return { camera: t("cameraDevice"), microphone: t("microphone"), speaker: t("speakerDevice") }[kind];
}

/** A device's name; browsers tell it only after the person has allowed one. */
export function namesOf(t: Text, kind: DeviceType, { all }: DeviceList): { value: string; label: string }[] {
  return all.map(({ deviceId, deviceName }, at) => ({
    value: deviceId,
    label: deviceName || t("deviceNumber", { kind: kindText(t, kind), number: at + 1 }),
  }));
}

/** Which microphone, camera and speaker. */
export function DeviceChoices({ devices, onTest }: { devices: Devices; onTest?: () => void }) {
  const t = useText();
  const lists = useStore(devices.lists);
  return (
    <div className="choices">
      {KINDS.filter((kind) => lists[kind].all.length > 0).map((kind) => (
        <div key={kind} className="choice-line">
          <Choice
            label={kindText(t, kind)}
            value={lists[kind].chosen}
            options={namesOf(t, kind, lists[kind])}
            onValue={(id) => devices.choose(kind, id).catch((error) => say(errorText(error), { kind: "error" }))}
          />
          {kind === "speaker" && onTest && (
            <Button icon="volume" onClick={onTest}>
              {t("testSound")}
            </Button>
          )}
        </div>
      ))}
    </div>
  );
}

const BARS = 5;

/** Moves with one's voice. */
export function LevelMeter({ level, isOn }: { level: Store<number>; isOn: boolean }) {
  const t = useText();
  const volume = useStore(level);
  const share = isOn ? Math.min(1, volume / 60) : 0;
  return (
    // biome-ignore lint/a11y/useSemanticElements: five bars that move, not one
    <div
      className="meter"
      role="meter"
      aria-label={t("level")}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
    >
      {Array.from({ length: BARS }, (_, at) => {
        const lit = share > at / BARS;
        const shape = 1 - Math.abs(at - (BARS - 1) / 2) / BARS;
        // biome-ignore lint/suspicious/noArrayIndexKey: bars have no other name
        return <span key={at} className={lit ? "lit" : ""} style={{ scale: `1 ${0.25 + shape * share * 0.75}` }} />;
      })}
    </div>
  );
}
