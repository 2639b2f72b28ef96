#ifndef SHOAL_SYS_DESCRIPTOR_SOCKET_H_
#define SHOAL_SYS_DESCRIPTOR_SOCKET_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <span>

#include "sys/result.h"
#include "sys/unique_fd.h"

namespace shoal {

/// A connected pair of AF_UNIX sockets that keep message borders, close-on-exec.
Result<std::array<UniqueFd, 2>> CreateSocketPair();

/// Sends one message, and a copy of `fd` with it unless it is negative. Never blocks: EAGAIN when the peer's queue is full.
Status SendDescriptor(int socket, std::span<const std::byte> message, int fd);

/// The size of the next message, or nothing when none came within `timeout`. ECONNRESET when the peer has closed.
Result<std::optional<size_t>> AwaitMessage(int socket, std::chrono::milliseconds timeout);

/// Takes the next message, as long as `message`, and the descriptor that came with it, if any.
Result<UniqueFd> ReceiveDescriptor(int socket, std::span<std::byte> message);

}  // namespace shoal

#endif  // SHOAL_SYS_DESCRIPTOR_SOCKET_H_
