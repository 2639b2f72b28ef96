#ifndef SHOAL_SYS_FAULT_HANDLER_H_
#define SHOAL_SYS_FAULT_HANDLER_H_

namespace shoal {

/// Installs handlers for SIGBUS and SIGSEGV once a process. They mend faults in ranges of the fault table and hand every
/// other one to the handlers that were there before (V8 needs SIGSEGV for WebAssembly). Call under a lock.
void InstallFaultHandlers();

}  // namespace shoal

#endif  // SHOAL_SYS_FAULT_HANDLER_H_
