import { NERoomEndReason } from "parlor-web";
import { useEffect, useRef, useState } from "react";
import { useStore } from "../base/store.js";
import { Door } from "../device/door.js";
import { rememberRoom } from "../session/kept.js";
import { rooms, type Session } from "../session/session.js";
import { Ended } from "./ended.js";
import { Meeting } from "./meeting.js";
import { MeetingView } from "./view.js";

type LoggedIn = Extract<Session, { status: "in" }>;

/** A room, from its door to its end. */
export function RoomPage({ room, session }: { room: string; session: LoggedIn }) {
  const [meeting, setMeeting] = useState<Meeting | null>(null);
  const current = useRef<Meeting | null>(null);
  const enter = (entered: Meeting | null, fresh: boolean) => {
    current.current = entered;
    setMeeting(entered);
    if (!entered) return;
    const { appKey } = session;
    rememberRoom({ room, name: entered.room.roomName, appKey, host: "", atMs: Date.now() });
    entered.begin(fresh);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once: a room that the reloaded page is still in
  useEffect(() => {
    const before = rooms().getRoomContext(room);
    if (before) enter(new Meeting(before), false);
    return () => void current.current?.leave();
  }, []);
  if (!meeting) return <Door room={room} session={session} onEnter={(context) => enter(new Meeting(context), true)} />;
  return <Inside meeting={meeting} onAgain={() => enter(null, true)} />;
}

const COMES_BACK: readonly NERoomEndReason[] = [
  NERoomEndReason.LEAVE_BY_SELF,
  NERoomEndReason.KICK_OUT,
  NERoomEndReason.SYNC_DATA_ERROR,
  NERoomEndReason.KICK_BY_OTHER_DEVICE,
  NERoomEndReason.UNKNOWN,
];

function Inside({ meeting, onAgain }: { meeting: Meeting; onAgain: () => void }) {
  const { ended } = useStore(meeting.view);
  if (!ended) return <MeetingView meeting={meeting} />;
  return <Ended reason={ended} onAgain={COMES_BACK.includes(ended) ? onAgain : null} />;
}
