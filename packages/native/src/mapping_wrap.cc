#include <sys/mman.h>

#include <memory>

#include "addon.h"
#include "mapping_handle.h"
#include "napi_error.h"
#include "sys/fault_table.h"
#include "sys/mapping_table.h"
#include "sys/memfd.h"
#include "sys/numa.h"
#include "sys/pages.h"

namespace shoal {
namespace {

using AccountPtr = std::shared_ptr<Account>;

/// Bits of the `flags` argument; lib/mapping.ts has the same.
enum MapFlags : uint32_t { kShared = 1, kHugeAligned = 2, kDump = 4, kSparse = 8 };

bool AreNumbers(const Napi::CallbackInfo& info, size_t from, size_t to) {
  for (size_t i = from; i < to; ++i) {
    if (!info[i].IsNumber()) return false;
  }
  return true;
}

uint64_t Unsigned(const Napi::Value& value) { return static_cast<uint64_t>(value.As<Napi::Number>().Int64Value()); }
uint32_t Flags(const Napi::Value& value) { return value.As<Napi::Number>().Uint32Value(); }

MapOptions OptionsOf(const Napi::Value& access, const Napi::Value& flags) {
  return MapOptions{.access = static_cast<Access>(access.As<Napi::Number>().Int32Value()),
                    .huge_aligned = (Flags(flags) & kHugeAligned) != 0,
                    .dump = (Flags(flags) & kDump) != 0};
}

const AccountPtr& AccountOf(const Napi::CallbackInfo& info) { return *static_cast<AccountPtr*>(info.Data()); }

Napi::Value Attach(const Napi::CallbackInfo& info, Result<std::shared_ptr<Mapping>>& mapping, size_t accounted) {
  if (!mapping.ok()) return ThrowSystemError(info.Env(), mapping.error());
  AccountOf(info)->Add(info.Env(), accounted);
  return NewMappingHandle(info.Env(), std::make_shared<Attachment>(std::move(mapping.value()), AccountOf(info), accounted));
}

Napi::Value Answer(Napi::Env env, const Status& status) { return status.ok() ? env.Undefined() : ThrowSystemError(env, status.error()); }

// createAnonymous(byteLength, flags)
Napi::Value CreateAnonymous(const Napi::CallbackInfo& info) {
  if (!AreNumbers(info, 0, 2)) return ThrowBadArguments(info.Env(), "createAnonymous");
  const size_t length = Unsigned(info[0]);
  auto fd = CreateMemfd(length);
  if (!fd.ok()) return ThrowSystemError(info.Env(), fd.error());
  const MapOptions options{.huge_aligned = (Flags(info[1]) & kHugeAligned) != 0, .dump = (Flags(info[1]) & kDump) != 0, .sealed = true};
  auto mapping = Mapping::OfDescriptor(std::move(fd.value()), Extent{0, length}, options);
  if (mapping.ok()) AddMapping(mapping.value(), (Flags(info[1]) & kShared) != 0);
  return Attach(info, mapping, (Flags(info[1]) & kSparse) != 0 ? 0 : RoundUp(length, PageSize()));
}

// mapDescriptor(fd, byteOffset, byteLength, access, flags): owns the descriptor from the first line on
Napi::Value MapDescriptor(const Napi::CallbackInfo& info) {
  if (!AreNumbers(info, 0, 5)) return ThrowBadArguments(info.Env(), "mapDescriptor");
  UniqueFd fd(info[0].As<Napi::Number>().Int32Value());
  const Extent extent{Unsigned(info[1]), Unsigned(info[2])};
  auto mapping = MapDescriptorOnce(std::move(fd), extent, OptionsOf(info[3], info[4]), (Flags(info[4]) & kShared) != 0);
  return Attach(info, mapping, 0);
}

// mapSysv(id, byteLength, access, flags)
Napi::Value MapSysv(const Napi::CallbackInfo& info) {
  if (!AreNumbers(info, 0, 4)) return ThrowBadArguments(info.Env(), "mapSysv");
  const int id = info[0].As<Napi::Number>().Int32Value();
  auto mapping = MapSysvOnce(id, Unsigned(info[1]), OptionsOf(info[2], info[3]), (Flags(info[3]) & kShared) != 0);
  return Attach(info, mapping, 0);
}

// isMapped(view): whether anybody in this process still has what lies under it
Napi::Value IsMapped(const Napi::CallbackInfo& info) {
  void* data = nullptr;
  if (!info[0].IsTypedArray()) return ThrowBadArguments(info.Env(), "isMapped");
  napi_get_typedarray_info(info.Env(), info[0], nullptr, nullptr, &data, nullptr, nullptr);
  return Napi::Boolean::New(info.Env(), MappingAt(data) != nullptr);
}

// descriptorOf(mapping)
Napi::Value DescriptorOf(const Napi::CallbackInfo& info) {
  auto attachment = AttachmentOf(info, "descriptorOf");
  if (attachment == nullptr) return info.Env().Undefined();
  return Napi::Number::New(info.Env(), attachment->mapping().fd());
}

// unmap(mapping)
Napi::Value Unmap(const Napi::CallbackInfo& info) {
  auto attachment = AttachmentOf(info, "unmap");
  if (attachment == nullptr) return info.Env().Undefined();
  auto done = attachment->LetGo(true);
  AccountOf(info)->Settle(info.Env());
  return Answer(info.Env(), done);
}

// Calls about one mapping that answer with nothing.
template <Status (Mapping::*Call)() const>
Napi::Value Simple(const Napi::CallbackInfo& info) {
  auto attachment = AttachmentOf(info, "mapping call");
  if (attachment == nullptr) return info.Env().Undefined();
  return Answer(info.Env(), (attachment->mapping().*Call)());
}

// populateNow(mapping, threads)
Napi::Value PopulateNow(const Napi::CallbackInfo& info) {
  auto attachment = AttachmentOf(info, "populateNow");
  if (attachment == nullptr) return info.Env().Undefined();
  if (!AreNumbers(info, 1, 2)) return ThrowBadArguments(info.Env(), "populateNow");
  return Answer(info.Env(), attachment->mapping().PopulateAll(info[1].As<Napi::Number>().Uint32Value()));
}

// adviseMapping(mapping, advice)
Napi::Value AdviseMapping(const Napi::CallbackInfo& info) {
  auto attachment = AttachmentOf(info, "adviseMapping");
  if (attachment == nullptr) return info.Env().Undefined();
  if (!AreNumbers(info, 1, 2)) return ThrowBadArguments(info.Env(), "adviseMapping");
  return Answer(info.Env(), attachment->mapping().Advise(info[1].As<Napi::Number>().Int32Value()));
}

// setNumaPolicy(mapping, policy)
Napi::Value SetNumaPolicyWrap(const Napi::CallbackInfo& info) {
  auto attachment = AttachmentOf(info, "setNumaPolicy");
  if (attachment == nullptr) return info.Env().Undefined();
  if (!AreNumbers(info, 1, 2)) return ThrowBadArguments(info.Env(), "setNumaPolicy");
  const auto policy = static_cast<NumaPolicy>(info[1].As<Napi::Number>().Int32Value());
  return Answer(info.Env(), SetNumaPolicy(attachment->mapping().data(), attachment->mapping().length(), policy));
}

// damageOf(mapping)
Napi::Value DamageOf(const Napi::CallbackInfo& info) {
  auto attachment = AttachmentOf(info, "damageOf");
  if (attachment == nullptr) return info.Env().Undefined();
  return Napi::Number::New(info.Env(), attachment->mapping().CheckDamage());
}

// damageAt(view): for memory that another thread of this process has mapped
Napi::Value DamageAt(const Napi::CallbackInfo& info) {
  void* data = nullptr;
  if (!info[0].IsTypedArray()) return ThrowBadArguments(info.Env(), "damageAt");
  napi_get_typedarray_info(info.Env(), info[0], nullptr, nullptr, &data, nullptr, nullptr);
  FaultSlot* slot = FindFaultSlot(reinterpret_cast<uintptr_t>(data));
  return Napi::Number::New(info.Env(), slot == nullptr ? 0 : CheckDamage(*slot));
}

// residentBytes(mapping)
Napi::Value ResidentBytes(const Napi::CallbackInfo& info) {
  auto attachment = AttachmentOf(info, "residentBytes");
  if (attachment == nullptr) return info.Env().Undefined();
  auto bytes = attachment->mapping().ResidentBytes();
  if (!bytes.ok()) return ThrowSystemError(info.Env(), bytes.error());
  return Napi::Number::New(info.Env(), static_cast<double>(bytes.value()));
}

// addressOf(mapping): as in /proc/self/smaps
Napi::Value AddressOf(const Napi::CallbackInfo& info) {
  auto attachment = AttachmentOf(info, "addressOf");
  if (attachment == nullptr) return info.Env().Undefined();
  return Napi::BigInt::New(info.Env(), static_cast<uint64_t>(reinterpret_cast<uintptr_t>(attachment->mapping().data())));
}

Napi::Value FaultHandlersInPlaceWrap(const Napi::CallbackInfo& info) { return Napi::Boolean::New(info.Env(), FaultHandlersInPlace()); }

}  // namespace

void InitMapping(napi_env env, napi_value object) {
  Napi::Object exports(env, object);
  auto* account = new AccountPtr(std::make_shared<Account>());
  exports.Env().AddCleanupHook([](AccountPtr* data) { delete data; }, account);
  const auto set = [&](const char* name, Napi::Value (*call)(const Napi::CallbackInfo&)) {
    exports.Set(name, Napi::Function::New(env, call, name, account));
  };
  set("createAnonymous", CreateAnonymous);
  set("mapDescriptor", MapDescriptor);
  set("mapSysv", MapSysv);
  set("bufferOf", NewBufferOverMapping);
  set("isMapped", IsMapped);
  set("descriptorOf", DescriptorOf);
  set("unmap", Unmap);
  set("syncMapping", Simple<&Mapping::Sync>);
  set("lockMapping", Simple<&Mapping::Lock>);
  set("punchMapping", Simple<&Mapping::Punch>);
  set("collapseMapping", Simple<&Mapping::Collapse>);
  set("adviseMapping", AdviseMapping);
  set("populateNow", PopulateNow);
  set("setNumaPolicy", SetNumaPolicyWrap);
  set("damageOf", DamageOf);
  set("damageAt", DamageAt);
  set("residentBytes", ResidentBytes);
  set("addressOf", AddressOf);
  set("faultHandlersInPlace", FaultHandlersInPlaceWrap);
}

}  // namespace shoal
