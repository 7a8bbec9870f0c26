// Text to pieces and back, as SentencePiece does it with the models that seq2seq trains.
// The pieces of a text are those whose scores, log-probabilities, have the largest sum (Viterbi 1967; Kudo 2018).

package seq2seq

import java.io.ByteArrayOutputStream
import java.nio.ByteBuffer
import java.nio.ByteOrder

const val UNK = 1 // stands for what no piece spells
const val EOS = 3 // ends every sentence

/** A SentencePiece model, given as the bytes of its file: a unigram model whose text is folded by rules. */
class SentencePiece(file: ByteArray) {
    private class Piece(val text: String, val score: Float, val kind: Int)

    private val pieces = mutableListOf<Piece>()
    private var rules = Rules(ByteArray(0))

    init {
        for ((number, value) in fields(file)) {
            if (number == 1) pieces += pieceOf(fields(value as ByteArray).toMap())
            if (number == 3) rules = Rules(fields(value as ByteArray).toMap()[2] as? ByteArray ?: ByteArray(0))
        }
        require(pieces.isNotEmpty()) { "Expected a SentencePiece model. Received: a file without pieces." }
    }

    private val ids = HashMap<String, Int>().apply {
        pieces.forEachIndexed { id, piece -> if (piece.kind == NORMAL || piece.kind == RESERVED) put(piece.text, id) }
    }
    private val longest = ids.keys.maxOf { it.length }
    private val unknown = pieces.filter { it.kind == NORMAL }.minOf { it.score } - UNKNOWN_PENALTY

    private fun pieceOf(fields: Map<Int, Any>) = Piece(
        text = (fields[1] as ByteArray).decodeToString(),
        score = fields[2] as? Float ?: 0f,
        kind = fields[3] as? Int ?: NORMAL,
    )

    /** The numbers of the pieces of a text, without an end. */
    fun encode(text: String): List<Int> {
        val words = rules.applied(text).split(' ').filter { it.isNotEmpty() }
        val path = bestPath(words.joinToString("") { "▁$it" })
        return path.filterIndexed { place, id -> id != UNK || path.getOrNull(place - 1) != UNK }
    }

    /** The text of pieces of a target language. */
    fun decode(ids: List<Int>): String {
        val text = ids.joinToString("") { id ->
            when (pieces[id].kind) {
                CONTROL -> ""
                UNKNOWN -> " ⁇ "
                else -> pieces[id].text
            }
        }
        // In a model, ▁ is a space, and noncharacters stand for the letters ▁ and ▅.
        return text.trimStart('▁').replace('▁', ' ').replace('\uFDD0', '▁').replace('\uFDD1', '▅')
    }

    /** The pieces of the path of largest score; SentencePiece keeps the scores of paths in 32 bits. */
    private fun bestPath(text: String): List<Int> {
        val borders = (0..text.length).filter { it == text.length || !text[it].isLowSurrogate() }
        val last = borders.lastIndex
        val scores = FloatArray(last + 1) { if (it == 0) 0f else Float.NEGATIVE_INFINITY }
        val starts = IntArray(last + 1)
        val found = IntArray(last + 1)

        fun offer(start: Int, end: Int, id: Int, score: Double) {
            val sum = (scores[start] + score).toFloat()
            if (sum <= scores[end]) return
            scores[end] = sum
            starts[end] = start
            found[end] = id
        }

        for (start in 0 until last) {
            for (end in start + 1..minOf(last, start + longest)) {
                val id = ids[text.substring(borders[start], borders[end])]
                if (id != null) offer(start, end, id, scoreOf(pieces[id]))
                else if (end == start + 1) offer(start, end, UNK, unknown.toDouble())
            }
        }
        return generateSequence(last) { starts[it] }.takeWhile { it > 0 }.map { found[it] }.toList().reversed()
    }

    /** The score of a piece; a reserved one is always taken. */
    private fun scoreOf(piece: Piece) = if (piece.kind == RESERVED) -0.1 else piece.score.toDouble()

    private companion object {
        const val NORMAL = 1 // kinds of pieces, by their numbers in the file
        const val UNKNOWN = 2
        const val CONTROL = 3
        const val RESERVED = 4

        const val UNKNOWN_PENALTY = 10f // below the least score of a piece
    }
}

/** What SentencePiece folds: a trie of UTF-8 in the form of Darts-clone, a double array, and the texts it leads to. */
private class Rules(charsmap: ByteArray) {
    private val units: IntArray
    private val texts: ByteArray

    init {
        val buffer = ByteBuffer.wrap(charsmap).order(ByteOrder.LITTLE_ENDIAN)
        units = IntArray(if (charsmap.isEmpty()) 0 else buffer.getInt() / 4) { buffer.getInt() }
        texts = charsmap.copyOfRange(buffer.position(), charsmap.size)
    }

    /** A text after the rules; at each place, the one for the most bytes holds. */
    fun applied(text: String): String {
        val input = text.encodeToByteArray()
        val output = ByteArrayOutputStream()
        var place = 0
        while (place < input.size) {
            val (rule, length) = longestRule(input, place)
            if (length > 0) {
                generateSequence(rule) { it + 1 }.map { texts[it].toInt() }.takeWhile { it != 0 }.forEach(output::write)
            } else {
                output.write(input[place].toInt())
            }
            place += maxOf(length, 1)
        }
        return output.toByteArray().decodeToString()
    }

    /** Where the text of a rule begins, and for how many bytes of the input it stands; for 0 if there is none. */
    private fun longestRule(input: ByteArray, start: Int): Pair<Int, Int> {
        var found = Pair(0, 0)
        if (units.isEmpty()) return found

        var node = below(units[0])
        for (end in start until input.size) {
            val byte = input[end].toInt() and 0xff
            node = node xor byte
            val unit = units.getOrElse(node) { return found }
            if (unit and LABEL != byte) break
            node = node xor below(unit)
            if (unit and HAS_VALUE != 0) found = Pair(units[node] and Int.MAX_VALUE, end - start + 1)
        }
        return found
    }

    /** Where the units below a unit are, from its own place on. */
    private fun below(unit: Int) = (unit ushr 10) shl ((unit and 0x200) ushr 6)

    private companion object {
        const val LABEL = 0x800000ff.toInt() // the byte that leads to a unit; no byte at all for a value
        const val HAS_VALUE = 0x100
    }
}

/** The fields of a message of a protocol buffer: their numbers, and their values as numbers or bytes. */
private fun fields(message: ByteArray): Sequence<Pair<Int, Any>> = sequence {
    val buffer = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN)
    while (buffer.hasRemaining()) {
        val key = buffer.varint()
        val value: Any = when (key % 8) {
            0 -> buffer.varint()
            1 -> buffer.getLong()
            2 -> ByteArray(buffer.varint()).also { buffer.get(it) }
            5 -> buffer.getFloat()
            else -> throw IllegalArgumentException("Expected a SentencePiece model. Received: another kind of file.")
        }
        yield(Pair(key / 8, value))
    }
}

private fun ByteBuffer.varint(): Int {
    var value = 0
    var shift = 0
    do {
        val byte = get().toInt()
        value = value or ((byte and 0x7f) shl shift)
        shift += 7
    } while (byte < 0)
    return value
}
