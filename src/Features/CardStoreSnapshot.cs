namespace Vigil.Features;

/// <summary>A store of cards as a section of snapshots: a record a card, its hash and its state.</summary>
/// <typeparam name="TState">What is kept of a card.</typeparam>
/// <param name="cards">The store.</param>
/// <param name="section">Whose it is.</param>
/// <param name="save">Writes a state.</param>
/// <param name="restore">Reads what <paramref name="save"/> has written.</param>
public sealed class CardStoreSnapshot<TState>(
    CardStore<TState> cards, SnapshotSection section, Action<StateWriter, TState> save, Func<StateReader, TState> restore)
{
    StateWriter? _writer;

    /// <summary>Begins to copy the store as it is now; see <see cref="CardStore{TState}.BeginCopy"/>.</summary>
    /// <param name="take">Takes full blocks over.</param>
    public void BeginCopy(Action<SnapshotBlock> take)
    {
        var writer = _writer = new(section, take);
        cards.BeginCopy((card, state) =>
        {
            writer.BeginRecord();
            writer.Write(card);
            save(writer, state);
            writer.EndRecord();
        });
    }

    /// <summary>Copies at most one more card.</summary>
    /// <returns>False once all are copied and the last block is handed out.</returns>
    public bool CopyNext()
    {
        if (cards.CopyNext()) return true;
        _writer?.Flush();
        _writer = null;
        return false;
    }

    /// <summary>Gives the copy under way up.</summary>
    public void EndCopy()
    {
        cards.EndCopy();
        _writer = null;
    }

    /// <summary>Adds the cards of a block to the store.</summary>
    /// <exception cref="InvalidDataException">A record does not hold what this build writes.</exception>
    public void Restore(StateReader block)
    {
        ArgumentNullException.ThrowIfNull(block);
        while (!block.IsAtEnd)
        {
            block.BeginRecord();
            ref var state = ref cards.Open(block.Read<UInt128>());
            state = restore(block);
            block.EndRecord();
        }
    }
}
