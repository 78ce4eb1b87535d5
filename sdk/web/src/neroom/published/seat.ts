import type { NEResult } from "./room.js";

/** Seats. Not supported yet: every method refuses. */
export interface NERoomSeatController {
  isSupported: boolean;
  acceptSeatInvitation(): Promise<NEResult<void>>;
  addManager(user: string): Promise<NEResult<void>>;
  addSeatEventListener(listener: NESeatEventListener): void;
  approveSeatRequest(user: string): Promise<NEResult<void>>;
  cancelSeatInvitation(user: string): Promise<NEResult<void>>;
  cancelSeatRequest(): Promise<NEResult<void>>;
  changeSeatIndex(seatIndex: number): Promise<NEResult<void>>;
  closeSeats(seatIndices: number[]): Promise<NEResult<void>>;
  getSeatInfo(): Promise<NEResult<NESeatInfo>>;
  getSeatInvitationList(): Promise<NEResult<NESeatInvitationItem[]>>;
  getSeatRequestList(): Promise<NEResult<NESeatRequestItem[]>>;
  kickSeat(user: string): Promise<NEResult<void>>;
  leaveSeat(): Promise<NEResult<void>>;
  openSeats(seatIndices: number[]): Promise<NEResult<void>>;
  rejectSeatInvitation(): Promise<NEResult<void>>;
  rejectSeatRequest(user: string): Promise<NEResult<void>>;
  removeManager(user: string): Promise<NEResult<void>>;
  removeSeatEventListener(listener: NESeatEventListener): void;
  sendSeatInvitation(seatIndex?: number, exclusive?: boolean, user?: string): Promise<NEResult<void>>;
  submitSeatRequest(seatIndex?: number, exclusive?: boolean, ext?: string): Promise<NEResult<void>>;
}

export interface NESeatEventListener {
  onSeatInvitationAccepted?(seatIndex: number, user: string, isAutoAgree: boolean): void;
  onSeatInvitationCancelled?(seatIndex: number, user: string, operateBy: string): void;
  onSeatInvitationReceived?(seatIndex: number, user: string, operateBy: string): void;
  onSeatInvitationRejected?(seatIndex: number, user: string): void;
  onSeatKicked?(seatIndex: number, user: string, operateBy: string): void;
  onSeatLeave?(seatIndex: number, user: string): void;
  onSeatListChanged?(seatItems: NESeatItem[]): void;
  onSeatManagerAdded?(managers: string[]): void;
  onSeatManagerRemoved?(managers: string[]): void;
  onSeatRequestApproved?(seatIndex: number, user: string, operateBy: string, isAutoAgree: boolean, ext?: string): void;
  onSeatRequestCancelled?(seatIndex: number, user: string, ext?: string): void;
  onSeatRequestRejected?(seatIndex: number, user: string, operateBy: string, ext?: string): void;
  onSeatRequestSubmitted?(seatIndex: number, user: string, ext?: string): void;
}

export interface NESeatInfo {
  creator: string;
  managers: string[];
  seatItems: NESeatItem[];
}

export interface NESeatItem {
  ext?: string;
  icon?: string;
  index: number;
  onSeatType: number;
  status: number;
  updated: number;
  user?: string;
  userName?: string;
}

export interface NESeatInvitationItem {
  index: number;
  user: string;
}

export interface NESeatRequestItem {
  ext?: string;
  icon?: string;
  index: number;
  user: string;
  userName?: string;
}
