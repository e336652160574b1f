namespace Vigil.Model;

/// <summary>
/// One block of <see cref="Decoder"/>: the twin of an <see cref="EncoderBlock"/>, for one transaction at a time. It owns the layout of what it remembers in
/// a <see cref="CardCache"/>, and buffers that make a step free of allocations.
/// </summary>
abstract class DecoderLayer
{
    /// <summary>
    /// Remembers the transaction at its place, which every later one sees; then adds what it sees itself, and the feed-forward's output, to the stream.
    /// </summary>
    /// <param name="x">The transaction's stream.</param>
    /// <param name="step">Where it stands.</param>
    /// <param name="rememberOnly">Whether the stream is not wanted: after the last layer nobody reads it.</param>
    internal abstract void Step(Span<float> x, in DecoderStep step, bool rememberOnly);
}

/// <summary>Where in its card's context a transaction stands.</summary>
/// <param name="cache">The card's cache, in which all earlier places are written.</param>
/// <param name="place">The transaction's, from 0.</param>
/// <param name="cos">Cosines of its moment's rotary angles.</param>
/// <param name="sin">Sines.</param>
readonly ref struct DecoderStep(CardCache cache, int place, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin)
{
    internal CardCache Cache { get; } = cache;

    internal int Place { get; } = place;

    internal ReadOnlySpan<float> Cos { get; } = cos;

    internal ReadOnlySpan<float> Sin { get; } = sin;
}
