#include "sys/descriptor_socket.h"

#include <poll.h>
#include <sys/socket.h>

#include <cstring>

namespace shoal {

Result<std::array<UniqueFd, 2>> CreateSocketPair() {
  int fds[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0) return LastError("socketpair");
  return std::array<UniqueFd, 2>{UniqueFd(fds[0]), UniqueFd(fds[1])};
}

Status SendDescriptor(int socket, std::span<const std::byte> message, int fd) {
  iovec part{const_cast<std::byte*>(message.data()), message.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof fd)] = {};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (fd >= 0) {
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(rights), &fd, sizeof fd);
  }
  while (sendmsg(socket, &header, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
    const SysError error = LastError("sendmsg");
    if (error.number != EINTR) return error;
  }
  return Done{};
}

Result<std::optional<size_t>> AwaitMessage(int socket, std::chrono::milliseconds timeout) {
  pollfd waiting{socket, POLLIN, 0};
  const int ready = poll(&waiting, 1, static_cast<int>(timeout.count()));
  if (ready < 0) {
    const SysError error = LastError("poll");
    if (error.number != EINTR) return error;
    return std::optional<size_t>();
  }
  if (ready == 0) return std::optional<size_t>();
  const ssize_t size = recv(socket, nullptr, 0, MSG_DONTWAIT | MSG_PEEK | MSG_TRUNC);
  if (size < 0) {
    const SysError error = LastError("recvmsg");
    if (error.number != EAGAIN && error.number != EINTR) return error;
    return std::optional<size_t>();
  }
  // No empty message is ever sent, so this is the end of the peer.
  if (size == 0) return SysError{ECONNRESET, "recvmsg"};
  return std::optional<size_t>(size);
}

Result<UniqueFd> ReceiveDescriptor(int socket, std::span<std::byte> message) {
  iovec part{message.data(), message.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  while (recvmsg(socket, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) < 0) {
    const SysError error = LastError("recvmsg");
    if (error.number != EINTR) return error;
  }
  const cmsghdr* rights = CMSG_FIRSTHDR(&header);
  if (rights == nullptr || rights->cmsg_level != SOL_SOCKET || rights->cmsg_type != SCM_RIGHTS) return UniqueFd();
  int fd;
  std::memcpy(&fd, CMSG_DATA(rights), sizeof fd);
  return UniqueFd(fd);
}

}  // namespace shoal
