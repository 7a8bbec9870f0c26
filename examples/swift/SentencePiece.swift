// Text to pieces and back, as SentencePiece does it with the models that seq2seq trains.
// The pieces of a text are those whose scores, log-probabilities, have the largest sum (Viterbi 1967; Kudo 2018).
// Texts are bytes here, because Swift takes strings for equal that differ in theirs: é and e with an accent behind it.

import Foundation

let unk = 1  // stands for what no piece spells
let eos = 3  // ends every sentence

/// A SentencePiece model: a unigram model whose text is folded by rules.
final class SentencePiece {
  private enum Kind: Int {  // of pieces, by their numbers in the file
    case normal = 1
    case unknown, control, reserved
  }

  private struct Piece {
    let text: [UInt8]
    let score: Float
    let kind: Kind?
  }

  /// In a model, ▁ is a space, and noncharacters stand for the letters ▁ and ▅.
  private static let written: [UInt32: Unicode.Scalar] = [0x2581: " ", 0xFDD0: "▁", 0xFDD1: "▅"]

  private var pieces: [Piece] = []
  private var rules = Rules(charsmap: [])
  private var ids: [[UInt8]: Int] = [:]
  private var longest = 1
  private var unknown: Float = 0

  /// Reads a model's file.
  init(_ file: URL) throws {
    for field in try fields(of: Array(Data(contentsOf: file))) {
      if field.number == 1 { pieces.append(try Self.piece(field.bytes)) }
      if field.number == 3 {
        rules = Rules(charsmap: try fields(of: field.bytes).first { $0.number == 2 }?.bytes ?? [])
      }
    }
    for (id, piece) in pieces.enumerated() where piece.kind == .normal || piece.kind == .reserved {
      ids[piece.text] = id
      longest = max(longest, piece.text.count)
    }
    let scores = pieces.filter { $0.kind == .normal }.map(\.score)
    guard let least = scores.min() else { throw CocoaError(.fileReadCorruptFile) }
    unknown = least - 10
  }

  private static func piece(_ message: [UInt8]) throws -> Piece {
    let found = try fields(of: message)
    let score = found.first { $0.number == 2 }?.value ?? 0
    let kind = found.first { $0.number == 3 }?.value ?? 1
    return Piece(
      text: found.first { $0.number == 1 }?.bytes ?? [],
      score: Float(bitPattern: UInt32(truncatingIfNeeded: score)),
      kind: Kind(rawValue: Int(truncatingIfNeeded: kind)))
  }

  /// The numbers of the pieces of a text, without an end.
  func encode(_ text: String) -> [Int] {
    let words = rules.applied(to: Array(text.utf8)).split(separator: UInt8(ascii: " "))
    let path = bestPath(words.flatMap { Array("▁".utf8) + $0 })
    return path.enumerated().filter { $0 == 0 || $1 != unk || path[$0 - 1] != unk }.map(\.element)
  }

  /// The text of pieces of a target language.
  func decode(_ ids: [Int]) -> String {
    var bytes: [UInt8] = []
    for id in ids where pieces[id].kind != .control {
      bytes += pieces[id].kind == .unknown ? Array(" ⁇ ".utf8) : pieces[id].text
    }
    let letters = String(decoding: bytes, as: UTF8.self).unicodeScalars.drop { $0 == "▁" }
    return String(String.UnicodeScalarView(letters.map { Self.written[$0.value] ?? $0 }))
  }

  /// The pieces of the path of largest score; SentencePiece keeps the scores of paths in 32 bits.
  private func bestPath(_ text: [UInt8]) -> [Int] {
    let count = text.count
    var scores = [Float](repeating: -.infinity, count: count + 1)
    var starts = [Int](repeating: 0, count: count + 1)
    var found = [Int](repeating: 0, count: count + 1)
    scores[0] = 0

    for start in 0..<count where isFirst(text[start]) {
      let next = (start + 1..<count).first { isFirst(text[$0]) } ?? count
      for end in next...max(next, min(count, start + longest)) where end == count || isFirst(text[end]) {
        let id = ids[Array(text[start..<end])]
        if id == nil && end > next { continue }
        let sum = Float(Double(scores[start]) + (id.map(score) ?? Double(unknown)))
        if sum <= scores[end] { continue }
        scores[end] = sum
        starts[end] = start
        found[end] = id ?? unk
      }
    }
    return sequence(first: count) { starts[$0] }.prefix { $0 > 0 }.map { found[$0] }.reversed()
  }

  /// The score of a piece; a reserved one is always taken.
  private func score(_ id: Int) -> Double { pieces[id].kind == .reserved ? -0.1 : Double(pieces[id].score) }

  /// Whether a byte is the first of a letter.
  private func isFirst(_ byte: UInt8) -> Bool { byte & 0xC0 != 0x80 }
}

/// What SentencePiece folds: a trie of UTF-8 in the form of Darts-clone, a double array, and the texts it leads to.
private struct Rules {
  private let units: [UInt32]
  private let texts: [UInt8]

  init(charsmap: [UInt8]) {
    let size = charsmap.isEmpty ? 0 : Int(littleEndian(charsmap[0..<4]))
    units = stride(from: 4, to: 4 + size, by: 4).map { UInt32(littleEndian(charsmap[$0..<$0 + 4])) }
    texts = Array(charsmap.dropFirst(4 + size))
  }

  /// A text after the rules; at each place, the one for the most bytes holds.
  func applied(to input: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    var place = 0
    while place < input.count {
      let (rule, length) = longestRule(input, place)
      output += length > 0 ? texts[rule...].prefix { $0 != 0 } : input[place...place]
      place += max(length, 1)
    }
    return output
  }

  /// Where the text of a rule begins, and for how many bytes of the input it stands; for 0 if there is none.
  private func longestRule(_ input: [UInt8], _ start: Int) -> (rule: Int, length: Int) {
    var found = (rule: 0, length: 0)
    guard let root = units.first else { return found }

    var node = below(root)
    for end in start..<input.count {
      node ^= Int(input[end])
      // A unit has the byte that leads to it; a value has no byte at all.
      guard node < units.count, units[node] & 0x8000_00FF == UInt32(input[end]) else { break }
      let unit = units[node]
      node ^= below(unit)
      if unit & 0x100 != 0 { found = (rule: Int(units[node] & 0x7FFF_FFFF), length: end - start + 1) }
    }
    return found
  }

  /// Where the units below a unit are, from its own place on.
  private func below(_ unit: UInt32) -> Int { Int((unit >> 10) << ((unit & 0x200) >> 6)) }
}

/// A field of a message of a protocol buffer: a number, or bytes.
private struct Field {
  let number: Int
  var value: UInt64 = 0
  var bytes: [UInt8] = []
}

private func fields(of message: [UInt8]) throws -> [Field] {
  var found: [Field] = []
  var rest = message[...]

  func taken(_ count: UInt64) throws -> ArraySlice<UInt8> {
    guard count <= UInt64(rest.count) else { throw CocoaError(.fileReadCorruptFile) }
    defer { rest.removeFirst(Int(count)) }
    return rest.prefix(Int(count))
  }

  func varint() throws -> UInt64 {
    let bytes = try taken(UInt64(rest.prefix { $0 >= 0x80 }.count) + 1)
    return bytes.reversed().reduce(0) { $0 << 7 | UInt64($1 & 0x7F) }
  }

  while !rest.isEmpty {
    let key = try varint()
    var field = Field(number: Int(key >> 3))
    switch key & 7 {
    case 0: field.value = try varint()
    case 1, 5: field.value = littleEndian(try taken(key & 7 == 1 ? 8 : 4))
    case 2: field.bytes = Array(try taken(varint()))
    default: throw CocoaError(.fileReadCorruptFile)
    }
    found.append(field)
  }
  return found
}

private func littleEndian(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
