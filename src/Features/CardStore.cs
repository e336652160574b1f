namespace Vigil.Features;

/// <summary>
/// The states of one partition's cards, found by the hash of the card's token. A card's state stays where it is until the card is removed, whatever
/// comes and goes beside it; a place is used again. One thread at a time.
/// </summary>
/// <remarks>
/// All states can be copied as of one moment while they go on changing (<see cref="BeginCopy"/>): every slot knows the copy that it was last taken into, and what
/// is about to change or to go, and was not taken yet, is taken first. So a copy costs one state at a time and never a second whole store.
/// </remarks>
/// <typeparam name="TState">What is kept of a card. A new card starts with its default.</typeparam>
public sealed class CardStore<TState>
{
    const int ChunkBits = 10, ChunkLength = 1 << ChunkBits;
    const int None = -1, FirstFree = -3;

    Slot[][] _chunks = [];
    int[] _buckets = [None]; // The first slot of a bucket's chain; a power of two of them, at least as many as slots in use.
    int _used; // Slots that were ever in use.
    int _free = None; // The first of the chain of slots whose card was removed.
    int _copy; // The number of the last copy begun: slots that bear it are in that copy, or newer than it.
    int _copied; // Slots that the copy under way has passed.
    Action<UInt128, TState>? _take; // Null where no copy is under way.

    /// <summary>Cards that have a state.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// A card's state, to be read or changed in place. Every access goes through here, and a state changes nowhere else. Allocates for new cards only.
    /// </summary>
    /// <param name="card">Hash of the card's token.</param>
    /// <returns>Valid until the card is removed; the default where the card is new.</returns>
    public ref TState? Open(UInt128 card)
    {
        for (int at = _buckets[Bucket(card)]; at != None;)
        {
            ref var slot = ref SlotAt(at);
            if (slot.Card == card)
            {
                if (slot.Copy != _copy) Take(ref slot);
                return ref slot.State;
            }
            at = slot.Next;
        }
        return ref Add(card).State;
    }

    /// <summary>Forgets a card.</summary>
    /// <returns>Whether it had a state.</returns>
    public bool Remove(UInt128 card) => Remove(card, out _);

    /// <summary>Forgets a card.</summary>
    /// <param name="card">Hash of the card's token.</param>
    /// <param name="state">What it had; the default where it had none.</param>
    /// <returns>Whether it had a state.</returns>
    public bool Remove(UInt128 card, out TState? state)
    {
        state = default;
        ref int link = ref _buckets[Bucket(card)];
        while (link != None)
        {
            ref var slot = ref SlotAt(link);
            if (slot.Card == card)
            {
                if (slot.Copy != _copy) Take(ref slot);
                int removed = link;
                state = slot.State;
                link = slot.Next;
                slot = new() { NextFree = _free };
                _free = removed;
                Count--;
                return true;
            }
            link = ref slot.Next;
        }
        return false;
    }

    /// <summary>Forgets every card whose state says so.</summary>
    /// <param name="isPast">Asked once per card.</param>
    /// <param name="removed">To which the forgotten cards are added.</param>
    public void RemoveWhere(Predicate<TState> isPast, ICollection<UInt128> removed)
    {
        ArgumentNullException.ThrowIfNull(isPast);
        ArgumentNullException.ThrowIfNull(removed);
        for (int at = 0; at < _used; at++)
        {
            ref var slot = ref SlotAt(at);
            if (slot.IsFree || !isPast(slot.State!)) continue;
            removed.Add(slot.Card);
            Remove(slot.Card);
        }
    }

    /// <summary>Begins to copy all cards' states as they are now; a copy that was under way ends unfinished.</summary>
    /// <param name="take">Copies what it wants of a state, once per card, on the thread that uses the store: soon, or just before the state changes.</param>
    public void BeginCopy(Action<UInt128, TState> take)
    {
        ArgumentNullException.ThrowIfNull(take);
        (_take, _copied) = (take, 0);
        _copy++;
    }

    /// <summary>Takes at most one more state into the copy under way.</summary>
    /// <returns>False once the copy is whole, or where none is under way.</returns>
    public bool CopyNext()
    {
        if (_take is null) return false;
        while (_copied < _used)
        {
            ref var slot = ref SlotAt(_copied++);
            if (slot.IsFree || slot.Copy == _copy) continue;
            Take(ref slot);
            return true;
        }
        EndCopy();
        return false;
    }

    /// <summary>Ends the copy under way, finished or not.</summary>
    public void EndCopy() => _take = null;

    void Take(ref Slot slot)
    {
        slot.Copy = _copy;
        _take?.Invoke(slot.Card, slot.State!);
    }

    // The key is a hash already: its low bits are as good as any.
    int Bucket(UInt128 card) => (int)((uint)card & (uint)(_buckets.Length - 1));

    ref Slot SlotAt(int at) => ref _chunks[at >> ChunkBits][at & (ChunkLength - 1)];

    ref Slot Add(UInt128 card)
    {
        if (Count == _buckets.Length) Rehash(_buckets.Length * 2);
        int at = TakeSlot();
        ref int first = ref _buckets[Bucket(card)];
        ref var slot = ref SlotAt(at);
        slot = new() { Card = card, Next = first, Copy = _copy };
        first = at;
        Count++;
        return ref slot;
    }

    int TakeSlot()
    {
        if (_free != None)
        {
            int free = _free;
            _free = SlotAt(free).NextFree;
            return free;
        }
        if (_used == _chunks.Length * ChunkLength) _chunks = [.. _chunks, new Slot[ChunkLength]];
        return _used++;
    }

    void Rehash(int length)
    {
        _buckets = new int[length];
        Array.Fill(_buckets, None);
        for (int at = 0; at < _used; at++)
        {
            ref var slot = ref SlotAt(at);
            if (slot.IsFree) continue;
            ref int first = ref _buckets[Bucket(slot.Card)];
            (slot.Next, first) = (first, at);
        }
    }

    /// <summary>A card and its state, or a link in the chain of free slots.</summary>
    struct Slot
    {
        internal UInt128 Card;
        internal TState? State;
        internal int Next;
        internal int Copy;

        internal readonly bool IsFree => Next < None;

        /// <summary>A free slot's link, kept in <see cref="Next"/> below all that a slot in use has there.</summary>
        internal int NextFree
        {
            readonly get => FirstFree - Next;
            set => Next = FirstFree - value;
        }
    }
}
