using Vigil.Alerts;

namespace Vigil;

/// <summary>Where a rejected record lies.</summary>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Its offset there.</param>
/// <param name="Topic">Its topic; null where partition and offset tell it alone.</param>
readonly record struct DeadLetterPlace(int Partition, long Offset, string? Topic = null)
{
    internal DeadLetterFilter Filter(string? streamId) => new() { StreamId = streamId, Topic = Topic, Partition = Partition, Offset = Offset };

    /// <summary>As the list shows it.</summary>
    public override string ToString() => FormattableString.Invariant($"{Partition}:{Offset}");
}
