namespace Vigil.Features;

/// <summary>A store as a section of snapshots: a record for each state, its key before it.</summary>
/// <typeparam name="TState">What is kept of each.</typeparam>
/// <param name="store">The store.</param>
/// <param name="section">Whose it is.</param>
/// <param name="save">Writes a state.</param>
/// <param name="restore">Reads what <paramref name="save"/> has written.</param>
public sealed class StateStoreSnapshot<TState>(
    StateStore<TState> store, SnapshotSection section, Action<StateWriter, TState> save, Func<UInt128, StateReader, TState> restore)
{
    StateWriter? _writer;

    /// <summary>Begins to copy the store as it is now; see <see cref="StateStore{TState}.BeginCopy"/>.</summary>
    /// <param name="take">Takes full blocks over.</param>
    /// <param name="isLeftOut">Asked once per state, as it is now, soon or just before it changes; null, the default: none is left out.</param>
    public void BeginCopy(Action<SnapshotBlock> take, Predicate<TState>? isLeftOut = null)
    {
        var writer = _writer = new(section, take);
        store.BeginCopy((key, state) =>
        {
            if (isLeftOut?.Invoke(state) == true) return;
            writer.BeginRecord();
            writer.Write(key);
            save(writer, state);
            writer.EndRecord();
        });
    }

    /// <summary>Copies at most one more state.</summary>
    /// <returns>False once all are copied and the last block is handed out.</returns>
    public bool CopyNext()
    {
        if (store.CopyNext()) return true;
        _writer?.Flush();
        _writer = null;
        return false;
    }

    /// <summary>Gives the copy under way up.</summary>
    public void EndCopy()
    {
        store.EndCopy();
        _writer = null;
    }

    /// <summary>Adds the states of a block to the store.</summary>
    /// <exception cref="InvalidDataException">A record does not hold what this build writes.</exception>
    public void Restore(StateReader block)
    {
        ArgumentNullException.ThrowIfNull(block);
        while (!block.IsAtEnd)
        {
            block.BeginRecord();
            UInt128 key = block.Read<UInt128>();
            store.Open(key) = restore(key, block);
            block.EndRecord();
        }
    }
}
