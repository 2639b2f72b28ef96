import { execFileSync } from 'node:child_process'

/** The environment in which an unsanitized Node can load a sanitized addon; undefined where the compiler has no such library. */
export function sanitizerEnvironment(library: 'libasan.so' | 'libtsan.so'): NodeJS.ProcessEnv | undefined {
  const path = execFileSync('gcc', [`-print-file-name=${library}`], { encoding: 'utf8' }).trim()
  if (!path.startsWith('/')) return undefined
  return {
    ...process.env,
    LD_PRELOAD: path,
    // Node itself is not built for leak detection, and V8 does what looks like races: only reports that name the addon count.
    ASAN_OPTIONS: 'detect_leaks=0:handle_segv=1:allow_user_segv_handler=1',
    TSAN_OPTIONS: 'report_signal_unsafe=0:ignore_noninstrumented_modules=1:exitcode=66',
  }
}
