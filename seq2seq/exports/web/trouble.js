// What can go wrong, in one sentence for people who read the console, and a code for the page.

export class Trouble extends Error {
  /** @param code "unsupported", "missing", "damaged", "failed", or "refused": what was asked for cannot be done. */
  constructor(code, message) {
    super(message);
    this.name = "Trouble";
    this.code = code;
  }
}

// A module with a single instruction of SIMD.
const SIMD = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
);

/** Refuses a browser that cannot run the runtime. */
export function expectSupport() {
  if (typeof WebAssembly !== "object" || !WebAssembly.validate(SIMD)) {
    throw new Trouble(
      "unsupported",
      "Expected a browser with WebAssembly and its SIMD instructions. Received: one without. Update the browser.",
    );
  }
}
