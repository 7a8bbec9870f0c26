// LiteRT's WebAssembly: the signatures of a TFLite model as functions of arrays. It runs in a classic worker.

const FLOAT32 = 1;
const INT32 = 2;

// Without relaxed SIMD, which not all browsers have; it is as fast.
const SCRIPT = "litert_wasm_compat_internal.js";

/** Loads the runtime from a folder, which a URL names, and compiles a model, its bytes. */
export async function compile(model, folder) {
  importScripts(new URL(SCRIPT, folder));
  const litert = await self.ModuleFactory({
    locateFile: (name) => new URL(name, folder).href,
    printErr: (line) => /^(INFO|WARNING)/.test(line) || console.error(line),
  });
  return new Model(litert, model);
}

/** A compiled model. Its memory is that of the worker, and goes with it. */
class Model {
  constructor(litert, bytes) {
    this.litert = litert;
    this.environment = litert.LiteRtEnvironment.create(null);
    const address = litert._malloc(bytes.byteLength);
    litert.HEAPU8.set(bytes, address);
    this.model = litert.loadModel(this.environment, address, bytes.byteLength);
    this.compiled = litert.compileModel(this.environment, this.model, {
      accelerator: "wasm",
      cpuOptions: { numThreads: 1 },
    });
    this.signatures = new Map();
    for (let index = 0; index < this.model.getNumSignatures(); index += 1) {
      const signature = this.describe(index);
      this.signatures.set(signature.name, signature);
    }
  }

  /** The name of a signature, its input tensors, and the names of its outputs. */
  describe(index) {
    const described = this.model.getSignature(index);
    const inputs = listed(described.inputNames()).map((name, input) => {
      const type = this.model.getInputTensorType(index, input);
      return { name, buffer: this.reserve(type) };
    });
    return { name: described.key(), index, inputs, outputs: listed(described.outputNames()) };
  }

  /** Memory for a tensor. */
  reserve(type) {
    const { LiteRtTensorBuffer, LiteRtTensorBufferType } = this.litert;
    const kind = LiteRtTensorBufferType.HOST_MEMORY;
    return LiteRtTensorBuffer.createManaged(this.environment, kind, type, type.bytes());
  }

  /** Runs a signature on arrays of int32 by their names; returns its outputs as flat arrays. */
  run(name, inputs) {
    const { index, inputs: tensors, outputs: names } = this.signatures.get(name);
    for (const { name: input, buffer } of tensors) this.write(buffer, inputs[input]);
    const outputs = this.compiled.run(index, tensors.map(({ buffer }) => buffer));
    return Object.fromEntries(names.map((output, place) => [output, this.take(outputs[place])]));
  }

  write(buffer, numbers) {
    const address = buffer.lock(this.litert.LiteRtTensorBufferLockMode.WRITE);
    new Int32Array(this.litert.HEAPU8.buffer, address, numbers.length).set(numbers);
    buffer.unlock();
  }

  /** The numbers in a tensor's memory, which is given back. */
  take(buffer) {
    const type = buffer.tensorType();
    const kind = { [FLOAT32]: Float32Array, [INT32]: Int32Array }[type.elementType().value];
    const address = buffer.lock(this.litert.LiteRtTensorBufferLockMode.READ);
    const numbers = new kind(this.litert.HEAPU8.slice(address, address + type.bytes()).buffer);
    buffer.unlock();
    type.delete();
    buffer.delete();
    return numbers;
  }
}

/** What a vector of C++ holds. */
function listed(vector) {
  return Array.from({ length: vector.size() }, (_, place) => vector.get(place));
}
