#pragma once

// The lines that a member prints, and what the SDK's objects look like in them.

#include <nim_json.h>
#include <room_kit_interface.h>

#include <list>
#include <map>
#include <string>
#include <vector>

/// Prints one line; any thread may.
void print(const nim::Json& line);

/// An event's line, to be filled.
nim::Json event_line(const std::string& name);

nim::Json json_of(const std::map<std::string, std::string>& values);
/// A message as everybody shows it.
nim::Json json_of(const neroom::SharedChatMessagePtr& message);
nim::Json json_of(const std::list<neroom::SharedChatMessagePtr>& messages);
/// The devices in a room, by their numbers in it.
nim::Json json_of(const std::list<neroom::NEConnectedDevice>& devices);
/// All that this client knows of a room.
nim::Json json_of(neroom::INERoomContext& room);
