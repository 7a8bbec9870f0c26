// Text in, translation out, with what `seq2seq export --format tflite` wrote, LiteRT and SentencePiece.kt.

package seq2seq

import java.io.File
import java.nio.IntBuffer
import org.tensorflow.lite.Interpreter

private const val SIGNATURE = "beam" // "serving_default" is the greedy search, which is quicker
private const val MAX_SOURCE_LENGTH = 256 // tokens of a sentence that the model reads, EOS included

/** Noncharacters, which no text holds: the model keeps them for what stands for something else. */
private val RESERVED = '\uFDD0'..'\uFDEF'

/**
 * Translates a sentence at a time. Keep one for all sentences; one thread at a time may use it.
 *
 * @param directory The exported directory: four of its files are read.
 */
class Translator(directory: File) : AutoCloseable {
    private val source = SentencePiece(File(directory, "source.model").readBytes())
    private val target = SentencePiece(File(directory, "target.model").readBytes())
    private val tag = languageTag(File(directory, "seq2seq.toml").readText())
    private val interpreter = Interpreter(File(directory, "model.tflite"), Interpreter.Options().setNumThreads(1))

    /** How many translations the search returns, the best first. */
    private val nBest = interpreter.getOutputTensorFromSignature("score", SIGNATURE).shape()[1]

    init {
        // LiteRT can answer wrongly when it has to enlarge its memory. After the longest sentence and a short one,
        // in this order, it never has to: "A program of your own" in docs/export.md.
        search(List(MAX_SOURCE_LENGTH - 1) { UNK } + EOS)
        search(listOf(UNK, EOS))
    }

    /** The best translation of a sentence; a longer one than the model reads is cut. */
    fun translate(sentence: String): String {
        val text = sentence.filterNot { it in RESERVED }
        if (source.encode(text).isEmpty()) return ""
        val found = search(source.encode(tag + text).take(MAX_SOURCE_LENGTH - 1) + EOS)
        return target.decode(found).filterNot { it in RESERVED }.trim()
    }

    /** The tokens of the best translation of the tokens of a sentence. */
    private fun search(sourceTokens: List<Int>): List<Int> {
        val room = 2 * sourceTokens.size + 10 // the most tokens that a translation has
        val tokens = IntBuffer.allocate(nBest * room)
        interpreter.runSignature(
            mapOf("source_tokens" to arrayOf(sourceTokens.toIntArray())),
            mapOf("tokens" to tokens),
            SIGNATURE,
        )
        // LiteRT wrote `nBest` rows that are as long as the longest translation.
        return tokens.array().take(tokens.position() / nBest)
    }

    override fun close() = interpreter.close()
}

/** What names the language to translate into before a sentence, in a model that was made of one of several. */
internal fun languageTag(note: String): String {
    val tag = Regex("^language-tag = \"(.+)\"$", RegexOption.MULTILINE).find(note) ?: return ""
    return tag.groupValues[1] + " "
}
