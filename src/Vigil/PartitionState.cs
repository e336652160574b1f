using Vigil.Features;
using Vigil.Model;

namespace Vigil;

/// <summary>
/// What a partition's log has left behind: all that its next score depends on, beside the shared facts and the model. Used by one thread at a time.
/// </summary>
/// <param name="features">The cards' histories, and what else the features remember.</param>
/// <param name="scorer">The model's context of every card.</param>
sealed class PartitionState(PartitionFeatures features, IFraudScorer scorer)
{
    internal PartitionFeatures Features { get; } = features;

    internal IFraudScorer Scorer { get; } = scorer;

    /// <summary>Begins to copy everything as it is now, while the stream goes on.</summary>
    /// <param name="take">Takes full blocks over, whenever something is copied: in <see cref="CopyNext"/>, or just before it changes.</param>
    internal void BeginCopy(Action<SnapshotBlock> take)
    {
        Features.BeginCopy(take);
        Scorer.BeginCopy(take, Features.IdleBefore);
    }

    /// <summary>Copies at most one more card's part.</summary>
    /// <returns>False once the copy is whole.</returns>
    internal bool CopyNext() => Features.CopyNext() || Scorer.CopyNext();

    /// <summary>Gives the copy under way up.</summary>
    internal void EndCopy()
    {
        Features.EndCopy();
        Scorer.EndCopy();
    }

    /// <summary>Reads the rest of a snapshot into a state that has seen nothing; the next block is unpacked while one is taken in.</summary>
    /// <exception cref="InvalidDataException">The snapshot is damaged or another build's; the state is then of no use.</exception>
    internal async Task RestoreAsync(SnapshotReader snapshot, CancellationToken cancellationToken)
    {
        var next = Task.Run(() => snapshot.NextAsync(cancellationToken), CancellationToken.None);
        try
        {
            while (await next is { } block)
            {
                next = Task.Run(() => snapshot.NextAsync(cancellationToken), CancellationToken.None);
                using (block) Restore(block);
            }
        }
        finally
        {
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // thrown above where it is the first; and nobody may read on
        }
    }

    void Restore(StateReader block)
    {
        if (block.Section == SnapshotSection.Tokens) Scorer.Restore(block);
        else Features.Restore(block);
    }
}
