import { createRequire } from 'node:module'
import { types } from 'node:util'
import type * as V8 from 'node:v8'
import { otherCopies, ShoalError } from '../errors/index.js'
import { viewClasses } from './view-classes.js'

const require = createRequire(import.meta.url)
const CLASSES = [...viewClasses.keys()]

let made: ReturnType<typeof makeSerializers> | undefined

/** Made with the first value that needs them: a worker gets ready before it has loaded `node:v8`, of which tasks often need nothing. */
export function serializers(): ReturnType<typeof makeSerializers> {
  made ??= makeSerializers(require('node:v8') as typeof V8)
  return made
}

function makeSerializers({ Deserializer, Serializer }: typeof V8) {
  class ValueSerializer extends Serializer {
    constructor() {
      super()
      ;(this as unknown as { _setTreatArrayBufferViewsAsHostObjects(flag: boolean): void })._setTreatArrayBufferViewsAsHostObjects(true)
    }

    /** Views that are left are over memory of their own, and are copied. */
    _writeHostObject(view: ArrayBufferView): void {
      if (types.isSharedArrayBuffer(view.buffer)) throw unsharedBuffer()
      this.writeUint32(CLASSES.indexOf(Buffer.isBuffer(view) ? 'Buffer' : (view as Uint8Array)[Symbol.toStringTag]))
      this.writeUint32(view.byteLength)
      this.writeRawBytes(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
    }

    _getSharedArrayBufferId(): never {
      throw unsharedBuffer()
    }

    _getDataCloneError = Error
  }

  /** Writes the content of shared views too. */
  class CopySerializer extends ValueSerializer {
    override _writeHostObject(view: ArrayBufferView): void {
      super._writeHostObject(types.isSharedArrayBuffer(view.buffer) ? copyOf(view) : view)
    }
  }

  class ValueDeserializer extends Deserializer {
    _readHostObject(): unknown {
      const name = CLASSES[this.readUint32()]!
      // Out of the message, which may be shared memory that is used again, and must not be kept alive by a small array.
      return viewOf(name, new Uint8Array(this.readRawBytes(this.readUint32())))
    }
  }

  return { ValueSerializer, CopySerializer, ValueDeserializer }
}

/** Over memory of its own, which holds that view alone. */
export function copyOf(view: ArrayBufferView): ArrayBufferView {
  return viewOf((view as Uint8Array)[Symbol.toStringTag], new Uint8Array(new Uint8Array(view.buffer, view.byteOffset, view.byteLength)))
}

function viewOf(name: string, bytes: Uint8Array): ArrayBufferView {
  const View = viewClasses.get(name)!
  return new View(bytes.buffer, 0, View.BYTES_PER_ELEMENT === undefined ? bytes.byteLength : bytes.byteLength / View.BYTES_PER_ELEMENT)
}

export function unsharedBuffer(): ShoalError {
  return new ShoalError(
    'SHOAL_VALUE_UNCLONEABLE',
    `Expected memory of a segment but received a plain SharedArrayBuffer, which reaches no process: use allocate() or share()${otherCopies()}`,
  )
}
