#pragma once

/// @file
/// sdk.proto's chat and files as C++ sees them.

#include <cstdint>
#include <list>
#include <string>
#include <vector>

#include "base_type_defines.h"
#include "wire.h"

namespace parlor {

/// What a message that is sent carries; one of the three.
struct ChatBody {
    enum class Kind {
        Text,
        Custom,
        Attachment,
    };
    Kind kind = Kind::Text;
    std::string text;  ///< Text, Custom; the path of an Attachment
    bool image = false;
    int width = 0;
    int height = 0;
};

/// Requests about chat and files: each answers the bytes of an SdkRequest.
namespace request {

std::string chat_send(int64_t archive_id, const std::string& message_uuid, const std::list<std::string>& to,
                      const ChatBody& content);
std::string chat_send_cancel(int64_t archive_id, const std::string& message_uuid);
std::string chat_recall(int64_t archive_id, const std::string& message_uuid);
std::string chat_history(int64_t archive_id, int64_t from_ms, int64_t to_ms, uint32_t limit, bool oldest_first);
std::string chat_members(int64_t archive_id, int type, int limit);
std::string file_upload(const std::string& path);
std::string file_download(int64_t archive_id, const std::string& message_uuid, const std::string& url,
                          const std::string& path);
std::string file_download_cancel(int64_t archive_id, const std::string& message_uuid);

}  // namespace request

/// FileProgress.
struct Progress {
    std::string message_uuid;
    int64_t transferred = 0;
    int64_t total = 0;
};

using ChatMessages = std::vector<neroom::SharedChatMessagePtr>;

/// Reads one ChatMessage; nothing when it has no content.
neroom::SharedChatMessagePtr read_chat_message(Reader in);
/// Reads the messages of ChatMessages (field 1) and of ChatReceived (field 2).
ChatMessages read_chat_messages(Reader in, uint32_t field);
std::vector<neroom::NEChatRoomMember> read_chat_people(Reader in);
Progress read_progress(Reader in, int64_t& archive_id);

/// A message in the form of older releases.
neroom::NERoomMessage older_form(neroom::INERoomChatMessage& message);

}  // namespace parlor
