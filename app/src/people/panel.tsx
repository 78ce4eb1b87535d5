import type { NERoomMember } from "parlor-web";
import { useState } from "react";
import { Avatar } from "../base/avatar.js";
import { Button, IconButton } from "../base/button.js";
import { Dialog } from "../base/dialog.js";
import { Field } from "../base/field.js";
import { Icon } from "../base/icon.js";
import { Menu, type MenuGroup, type MenuItem } from "../base/menu.js";
import { SidePanel } from "../base/panel.js";
import { useStore } from "../base/store.js";
import type { Meeting } from "../meeting/meeting.js";
import { copyLink } from "../meeting/stage.js";
import { type Text, text, useText } from "../text/text.js";
import { inOrder, powersOf } from "./powers.js";

const SEARCH_FROM = 8;

interface PanelProps {
  meeting: Meeting;
  onClose: () => void;
  onWrite: (userUuid: string) => void;
}

type Asking = { about: "remove" | "handOver" | "rename"; member: NERoomMember } | null;

/** Who is here, and what may be done about it. */
export function MembersPanel({ meeting, onClose, onWrite }: PanelProps) {
  const t = useText();
  const { me, members, isLocked } = useStore(meeting.view);
  const [wanted, setWanted] = useState("");
  const [asking, setAsking] = useState<Asking>(null);
  const powers = powersOf(me.role.name);
  const needle = wanted.trim().toLowerCase();
  const shown = inOrder(members, me.uuid).filter(({ name }) => name.toLowerCase().includes(needle));
  const hasCall = meeting.call.view.get().status !== "none";
  return (
    <SidePanel title={t("inRoom", { count: members.length })} onClose={onClose}>
      <div className="people-tools">
        <Button icon="link" onClick={() => void copyLink(meeting)}>
          {t("invite")}
        </Button>
        {powers.lock && (
          <Button
            icon={isLocked ? "unlock" : "lock"}
            onClick={() => void meeting.do(isLocked ? meeting.room.unlockRoom() : meeting.room.lockRoom())}
          >
            {isLocked ? t("unlock") : t("lock")}
          </Button>
        )}
        {powers.moderate && hasCall && members.length > 1 && (
          <Button icon="micOff" onClick={() => void muteAll(meeting)}>
            {t("muteAll")}
          </Button>
        )}
      </div>
      {members.length >= SEARCH_FROM && (
        <div className="people-search">
          <Field label={t("searchMembers")} value={wanted} onValue={setWanted} type="search" />
        </div>
      )}
      <ul className="people">
        {shown.map((member) => (
          <Person
            key={member.uuid}
            member={member}
            isMe={member.uuid === me.uuid}
            hasCall={hasCall}
            groups={deedsFor(t, meeting, me, member, onWrite, setAsking)}
          />
        ))}
      </ul>
      {shown.length === 0 && <p className="field-hint people-none">{t("nobodyFound")}</p>}
      {asking && <Question asking={asking} meeting={meeting} onClose={() => setAsking(null)} />}
    </SidePanel>
  );
}

interface PersonProps {
  member: NERoomMember;
  isMe: boolean;
  hasCall: boolean;
  groups: readonly MenuGroup[];
}

function Person({ member, isMe, hasCall, groups }: PersonProps) {
  const t = useText();
  const role = roleText(t, member.role.name);
  const more = [role, member.isChatBanned ? t("chatForbidden") : ""].filter(Boolean).join(" · ");
  return (
    <li className="person">
      <Avatar id={member.uuid} name={member.name} picture={member.avatar} size={38} />
      <span className="person-words">
        <strong>{isMe ? t("youNamed", { name: member.name }) : member.name}</strong>
        {more && <span>{more}</span>}
      </span>
      {hasCall && (
        <span className="person-media" aria-hidden="true">
          {member.isSharingScreen && <Icon name="screen" size={18} />}
          <Icon name={member.isVideoOn ? "camera" : "cameraOff"} size={18} />
          <Icon name={member.isAudioOn ? "mic" : "micOff"} size={18} />
        </span>
      )}
      {groups.some(({ items }) => items.length > 0) && (
        <Menu
          label={t("actionsFor", { name: member.name })}
          groups={groups}
          button={(props) => (
            <IconButton {...props} icon="more" size="s" tip="none" label={t("actionsFor", { name: member.name })} />
          )}
        />
      )}
    </li>
  );
}

export function roleText(t: Text, role: string): string {
  switch (role) {
    case "host":
      return t("roleHost");
    case "cohost":
      return t("roleCohost");
    case "observer":
      return t("roleObserver");
    default:
      return "";
  }
}

/** What can be done about a member, in groups: for everybody, as moderator, as host, and what hurts. */
function deedsFor(
  t: Text,
  meeting: Meeting,
  me: NERoomMember,
  member: NERoomMember,
  onWrite: (userUuid: string) => void,
  ask: (asking: Asking) => void,
): MenuGroup[] {
  const { room } = meeting;
  const { uuid } = member;
  const { rtc } = meeting.call;
  const isMe = uuid === me.uuid;
  const powers = powersOf(me.role.name, member.role.name);
  const when = (is: boolean, item: MenuItem): MenuItem[] => (is ? [item] : []);
  const rename: MenuItem = { label: t("rename"), icon: "edit", onPick: () => ask({ about: "rename", member }) };
  if (isMe) return [{ items: [rename] }];
  const { moderate } = powers;
  return [
    {
      items: when(meeting.chat.isSupported, { label: t("messageTo"), icon: "chat", onPick: () => onWrite(uuid) }),
    },
    {
      items: [
        ...when(moderate && member.isAudioOn, {
          label: t("muteMember"),
          icon: "micOff",
          onPick: () => void meeting.do(rtc?.muteMemberAudio(uuid)),
        }),
        ...when(moderate && member.isVideoOn, {
          label: t("cameraMember"),
          icon: "cameraOff",
          onPick: () => void meeting.do(rtc?.muteMemberVideo(uuid)),
        }),
        ...when(moderate && member.isSharingScreen, {
          label: t("shareMember"),
          icon: "screenStop",
          onPick: () => void meeting.do(rtc?.stopMemberScreenShare(uuid)),
        }),
        ...when(moderate && meeting.chat.isSupported, {
          label: member.isChatBanned ? t("unbanChat") : t("banChat"),
          icon: "block",
          onPick: () => {
            const chat = room.chatController;
            void meeting.do(member.isChatBanned ? chat?.unbanMemberChat(uuid) : chat?.banMemberChat(uuid, 0));
          },
        }),
        ...when(moderate, rename),
      ],
    },
    {
      items: [
        ...when(powers.changeRoles && member.role.name === "member", {
          label: t("makeCohost"),
          icon: "star",
          onPick: () => void meeting.do(room.changeMemberRole(uuid, "cohost")),
        }),
        ...when(powers.changeRoles && member.role.name === "cohost", {
          label: t("makeMember"),
          icon: "people",
          onPick: () => void meeting.do(room.changeMemberRole(uuid, "member")),
        }),
        ...when(powers.handOver, {
          label: t("handOver"),
          icon: "handOver",
          onPick: () => ask({ about: "handOver", member }),
        }),
      ],
    },
    {
      items: when(moderate, {
        label: t("removeMember"),
        icon: "remove",
        danger: true,
        onPick: () => ask({ about: "remove", member }),
      }),
    },
  ];
}

async function muteAll(meeting: Meeting): Promise<void> {
  const { me, members } = meeting.view.get();
  const loud = members.filter(({ uuid, isAudioOn, role }) => {
    return uuid !== me.uuid && isAudioOn && powersOf(me.role.name, role.name).moderate;
  });
  const { rtc } = meeting.call;
  const work = Promise.all(loud.map(({ uuid }) => rtc?.muteMemberAudio(uuid)));
  await meeting.do(
    work.then(() => ({ code: 0, message: "", data: null })),
    text("mutedAll"),
  );
}

function Question({
  asking,
  meeting,
  onClose,
}: {
  asking: NonNullable<Asking>;
  meeting: Meeting;
  onClose: () => void;
}) {
  const t = useText();
  const { about, member } = asking;
  const { uuid, name } = member;
  const [written, setWritten] = useState(name);
  const { room } = meeting;
  const titles = { remove: "removeTitle", handOver: "handOverTitle", rename: "renameTitle" } as const;
  const answer = async () => {
    onClose();
    if (about === "remove") await meeting.do(room.kickMemberOut(uuid));
    else if (about === "handOver") await meeting.do(room.handOverMyRole(uuid));
    else if (uuid === meeting.view.get().me.uuid) await meeting.do(room.changeMyName(written.trim()));
    else await meeting.do(room.changeMemberName(uuid, written.trim()));
  };
  const labels = { remove: t("removeMember"), handOver: t("handOver"), rename: t("save") };
  return (
    <Dialog
      title={t(titles[about], { name })}
      onClose={onClose}
      actions={
        <>
          <Button kind="quiet" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button
            kind={about === "remove" ? "danger" : "main"}
            disabled={about === "rename" && !written.trim()}
            onClick={() => void answer()}
          >
            {labels[about]}
          </Button>
        </>
      }
    >
      {about === "rename" ? (
        <Field
          label={t("yourName")}
          value={written}
          onValue={setWritten}
          maxLength={64}
          onKeyDown={(event) => event.key === "Enter" && written.trim() && void answer()}
        />
      ) : (
        <p className="lead">{t(about === "remove" ? "removeLead" : "handOverLead", { name })}</p>
      )}
    </Dialog>
  );
}
