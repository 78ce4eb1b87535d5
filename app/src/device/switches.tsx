import { IconButton } from "../base/button.js";
import { useText } from "../text/text.js";

interface SwitchProps {
  isOn: boolean;
  onSwitch: () => void;
  /** The key that does the same. */
  keys?: string | undefined;
  disabled?: boolean | undefined;
  busy?: boolean | undefined;
}

/** The own microphone, before a room and in it. */
export function MicrophoneSwitch(props: SwitchProps) {
  const t = useText();
  const label = props.isOn ? t("muteMic") : t("unmuteMic");
  return <Switch {...props} icon={props.isOn ? "mic" : "micOff"} label={label} />;
}

/** The own camera, likewise. */
export function CameraSwitch(props: SwitchProps) {
  const t = useText();
  const label = props.isOn ? t("cameraOff") : t("cameraOn");
  return <Switch {...props} icon={props.isOn ? "camera" : "cameraOff"} label={label} />;
}

type Shown = { icon: "mic" | "micOff" | "camera" | "cameraOff"; label: string };

function Switch({ isOn, onSwitch, keys, disabled, busy, icon, label }: SwitchProps & Shown) {
  return (
    <IconButton
      icon={icon}
      size="l"
      kind={isOn ? "tool" : "off"}
      label={label}
      keys={keys}
      aria-pressed={isOn}
      disabled={disabled}
      aria-busy={busy}
      onClick={onSwitch}
    />
  );
}
