{
  'variables': {
    'address_sanitizer%': 0,
    'thread_sanitizer%': 0,
  },
  'targets': [
    {
      'target_name': 'shoal_native',
      'sources': [
        'src/addon.cc',
        'src/affinity_wrap.cc',
        'src/barrier_wrap.cc',
        'src/descriptor_socket_wrap.cc',
        'src/doorbell_wrap.cc',
        'src/futex_wrap.cc',
        'src/life_wrap.cc',
        'src/mapping_wrap.cc',
        'src/napi_error.cc',
        'src/parent_death_wrap.cc',
        'src/shared_array_buffer.cc',
        'src/shm_wrap.cc',
        'src/sys/affinity.cc',
        'src/sys/barrier.cc',
        'src/sys/descriptor_socket.cc',
        'src/sys/futex.cc',
        'src/sys/mapping.cc',
        'src/sys/mapping_table.cc',
        'src/sys/memfd.cc',
        'src/sys/posix_shm.cc',
        'src/sys/robust_mutex.cc',
        'src/sys/sysv_shm.cc',
      ],
      'include_dirs': ['src', '<!(node -p "require(\'node-addon-api\').include_dir")'],
      'defines': ['NAPI_VERSION=8', 'NAPI_DISABLE_CPP_EXCEPTIONS', 'NODE_ADDON_API_DISABLE_DEPRECATED', '_GNU_SOURCE'],
      'cflags': ['-Wall', '-Wextra', '-fvisibility=hidden', '-O3', '-g1'],
      'cflags_cc': ['-std=c++20', '-fno-exceptions', '-fno-rtti', '-fvisibility-inlines-hidden'],
      'cflags_cc!': ['-std=gnu++17', '-std=gnu++20'],
      # Finalisers run on any thread and signal handlers at any time: the code must never be unmapped.
      'ldflags': ['-Wl,-z,nodelete'],
      'conditions': [
        ['address_sanitizer==1', {
          'cflags': ['-fsanitize=address,undefined', '-fno-omit-frame-pointer', '-O1'],
          'cflags!': ['-O3'],
          'ldflags': ['-fsanitize=address,undefined'],
        }],
        ['thread_sanitizer==1', {
          'cflags': ['-fsanitize=thread', '-fno-omit-frame-pointer', '-O1'],
          'cflags!': ['-O3'],
          'ldflags': ['-fsanitize=thread'],
        }],
      ],
    },
  ],
}
