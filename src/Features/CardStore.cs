namespace Vigil.Features;

/// <summary>
/// The states of one partition's cards, found by the hash of the card's token. A card's state stays where it is until the card is removed, whatever
/// comes and goes beside it; a place is used again. One thread at a time.
/// </summary>
/// <typeparam name="TState">What is kept of a card. A new card starts with its default.</typeparam>
public sealed class CardStore<TState>
{
    const int ChunkBits = 10, ChunkLength = 1 << ChunkBits;
    const int None = -1, FirstFree = -3;

    Slot[][] _chunks = [];
    int[] _buckets = [None]; // The first slot of a bucket's chain; a power of two of them, at least as many as slots in use.
    int _used; // Slots that were ever in use.
    int _free = None; // The first of the chain of slots whose card was removed.

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
            if (slot.Card == card) return ref slot.State;
            at = slot.Next;
        }
        return ref Add(card).State;
    }

    /// <summary>Forgets a card.</summary>
    /// <returns>Whether it had a state.</returns>
    public bool Remove(UInt128 card)
    {
        ref int link = ref _buckets[Bucket(card)];
        while (link != None)
        {
            ref var slot = ref SlotAt(link);
            if (slot.Card == card)
            {
                int removed = link;
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

    // The key is a hash already: its low bits are as good as any.
    int Bucket(UInt128 card) => (int)((uint)card & (uint)(_buckets.Length - 1));

    ref Slot SlotAt(int at) => ref _chunks[at >> ChunkBits][at & (ChunkLength - 1)];

    ref Slot Add(UInt128 card)
    {
        if (Count == _buckets.Length) Rehash(_buckets.Length * 2);
        int at = TakeSlot();
        ref int first = ref _buckets[Bucket(card)];
        ref var slot = ref SlotAt(at);
        slot = new() { Card = card, Next = first };
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

        internal readonly bool IsFree => Next < None;

        /// <summary>A free slot's link, kept in <see cref="Next"/> below all that a slot in use has there.</summary>
        internal int NextFree
        {
            readonly get => FirstFree - Next;
            set => Next = FirstFree - value;
        }
    }
}
