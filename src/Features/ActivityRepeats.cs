namespace Vigil.Features;

/// <summary>
/// Tells the first of a partition's facts from repeats, which a crash between publishing and moving the cursor leaves. A partition's steps are published
/// in order, each whole before the next begins, so a fact about an earlier step than the newest is a repeat, and within the newest step its merchant and
/// terminal tell. One thread at a time.
/// </summary>
sealed class ActivityRepeats
{
    readonly Dictionary<int, Newest> _partitions = [];

    /// <summary>Whether a fact is the first of its kind.</summary>
    /// <param name="partition">That was counted.</param>
    /// <param name="step">That the fact is about.</param>
    /// <param name="acceptor">The terminal, or the merchant where there is none.</param>
    internal bool IsFirst(int partition, int step, AcceptorKey acceptor)
    {
        if (!_partitions.TryGetValue(partition, out var newest)) _partitions.Add(partition, newest = new());
        if (step < newest.Step) return false;
        if (step > newest.Step)
        {
            newest.Step = step;
            newest.Acceptors.Clear();
        }
        return newest.Acceptors.Add(acceptor);
    }

    sealed class Newest
    {
        internal int Step { get; set; } = int.MinValue;

        internal HashSet<AcceptorKey> Acceptors { get; } = [];
    }
}
