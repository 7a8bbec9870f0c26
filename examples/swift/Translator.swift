// Text in, translation out, with what `seq2seq export --format tflite` wrote, LiteRT and SentencePiece.swift.

import Foundation
import TensorFlowLite

private let signature = "beam"  // "serving_default" is the greedy search, which is quicker
private let maxSourceLength = 256  // tokens of a sentence that the model reads, EOS included

/// Translates a sentence at a time. Keep one for all sentences; one thread at a time may use it.
final class Translator {
  private let source: SentencePiece
  private let target: SentencePiece
  private let tag: String
  private let runner: SignatureRunner

  /// Reads the exported directory: four of its files.
  init(directory: URL) throws {
    func file(_ name: String) -> URL { directory.appendingPathComponent(name) }
    source = try SentencePiece(file("source.model"))
    target = try SentencePiece(file("target.model"))
    tag = languageTag(try String(contentsOf: file("seq2seq.toml"), encoding: .utf8))

    var options = Interpreter.Options()
    options.threadCount = 1
    let interpreter = try Interpreter(modelPath: file("model.tflite").path, options: options)
    runner = try interpreter.signatureRunner(with: signature)

    // LiteRT can answer wrongly when it has to enlarge its memory. After the longest sentence and a short one,
    // in this order, it never has to: "A program of your own" in docs/export.md.
    _ = try search(Array(repeating: unk, count: maxSourceLength - 1) + [eos])
    _ = try search([unk, eos])
  }

  /// The best translation of a sentence; a longer one than the model reads is cut.
  func translate(_ sentence: String) throws -> String {
    let text = withoutReserved(sentence)
    if source.encode(text).isEmpty { return "" }
    let found = try search(source.encode(tag + text).prefix(maxSourceLength - 1) + [eos])
    return withoutReserved(target.decode(found)).trimmingCharacters(in: .whitespaces)
  }

  /// The tokens of the best translation of the tokens of a sentence.
  private func search(_ sourceTokens: [Int]) throws -> [Int] {
    let tokens = sourceTokens.map(Int32.init)
    try runner.resizeInput(named: "source_tokens", toShape: [1, tokens.count])
    try runner.invoke(with: ["source_tokens": tokens.withUnsafeBytes { Data($0) }])

    // As many rows as the search returns, the best first, and as long as the longest translation.
    let found = try runner.output(named: "tokens")
    let length = found.shape.dimensions[2]
    return found.data.withUnsafeBytes { $0.bindMemory(to: Int32.self).prefix(length).map(Int.init) }
  }
}

/// A text without the noncharacters that the model keeps for what stands for something else.
private func withoutReserved(_ text: String) -> String {
  String(String.UnicodeScalarView(text.unicodeScalars.filter { !(0xFDD0...0xFDEF).contains($0.value) }))
}

/// What names the language to translate into before a sentence, in a model that was made of one of several.
func languageTag(_ note: String) -> String {
  let start = "language-tag = \""
  guard let line = note.split(separator: "\n").first(where: { $0.hasPrefix(start) }) else { return "" }
  return line.dropFirst(start.count).dropLast() + " "
}
