using System.Runtime.CompilerServices;

namespace Vigil.Features;

/// <summary>
/// States of one partition by the hash of what they are of: a card's token, a merchant's id. A state stays where it is until it is removed, whatever comes and
/// goes beside it; a place is used again. No call takes longer for there being more states. One thread at a time.
/// </summary>
/// <remarks>
/// A table that is full is followed by one of twice its buckets, and every new state splits a few buckets of the old one, so that none waits for all.
///
/// All states can be copied as of one moment while they go on changing (<see cref="BeginCopy"/>): every slot knows the copy that it was last taken into, and
/// what is about to change or to go, and was not taken yet, is taken first. So a copy costs one state at a time and never a second whole store.
/// </remarks>
/// <typeparam name="TState">What is kept of each. A new one starts with its default.</typeparam>
public sealed class StateStore<TState>
{
    const int None = -1, FirstFree = -3;
    const int SplitsPerState = 16; // One would be done before the table is full again; until it is done each search costs more.

    Chunks<Slot> _slots = new(); // As many as were ever in use at once.
    int[] _buckets = [None]; // The first slot of a bucket's chain; a power of two of them.
    int[]? _unsplit; // Half as many, those of the table before, while it has buckets that have not been split.
    int _split; // The first of those.
    int _free = None; // The first of the chain of slots whose state was removed.
    int _hand; // The next slot that a sweep looks at.
    int _toSweep; // Slots that the sweep under way has still to look at.
    int _copy; // The number of the last copy begun: slots that bear it are in that copy, or newer than it.
    int _copied; // Slots that the copy under way has passed.
    Action<UInt128, TState>? _take; // Null where no copy is under way.

    /// <summary>States held.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// A state, to be read or changed in place. Whatever changes goes through here first, and changes nowhere else. Allocates for new ones only.
    /// </summary>
    /// <param name="key">Hash of what it is of.</param>
    /// <returns>Valid until it is removed; the default where it is new.</returns>
    public ref TState? Open(UInt128 key)
    {
        ref var slot = ref Find(key);
        if (Unsafe.IsNullRef(ref slot)) return ref Add(key).State;
        if (slot.Copy != _copy) Take(ref slot);
        return ref slot.State;
    }

    /// <summary>A state as it is, to look at; the default where there is none.</summary>
    internal TState? Look(UInt128 key)
    {
        ref var slot = ref Find(key);
        return Unsafe.IsNullRef(ref slot) ? default : slot.State;
    }

    /// <summary>Asks for the memory that a search begins with, so that it comes while other work is done. On any thread.</summary>
    internal void PrefetchBucket(UInt128 key)
    {
        int[] buckets = _buckets; // Without a look at those that are not split yet: it is a hint.
        CacheLines.Prefetch(ref buckets[(int)key & (buckets.Length - 1)]);
    }

    /// <summary>Likewise for the next that it reads: the first slot of a bucket.</summary>
    internal void PrefetchSlot(UInt128 key)
    {
        ref var slot = ref FirstSlot(key);
        if (!Unsafe.IsNullRef(ref slot)) CacheLines.Prefetch(ref Unsafe.As<Slot, byte>(ref slot), Unsafe.SizeOf<Slot>());
    }

    /// <summary>
    /// What the first slot of a bucket holds, so that hints can be given for what the state points to: in most cases the key's. On any thread: what
    /// another thread changes meanwhile may come in parts.
    /// </summary>
    internal TState? Peek(UInt128 key)
    {
        ref var slot = ref FirstSlot(key);
        return Unsafe.IsNullRef(ref slot) ? default : slot.State;
    }

    /// <summary>Forgets a state.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Remove(UInt128 key) => Remove(key, out _);

    /// <summary>Forgets a state.</summary>
    /// <param name="key">Hash of what it is of.</param>
    /// <param name="state">What there was; the default where there was none.</param>
    /// <returns>Whether there was one.</returns>
    public bool Remove(UInt128 key, out TState? state)
    {
        state = default;
        ref int link = ref Bucket(key);
        while (link != None)
        {
            ref var slot = ref _slots[link];
            if (slot.Key == key)
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

    /// <summary>
    /// Begins to sweep: every state held now will be looked at. A sweep under way goes on where it is, and once more round.
    /// </summary>
    public void BeginSweep() => _toSweep = _slots.Count;

    /// <summary>Goes on with the sweep under way: forgets those of the next few states that are past.</summary>
    /// <param name="few">So many places are looked at, at most.</param>
    /// <param name="isPast">Asked once per state.</param>
    /// <param name="removed">Told of each, once it is forgotten.</param>
    /// <returns>Whether there is more to look at.</returns>
    public bool SweepNext(int few, IsPast<TState> isPast, Action<UInt128, TState> removed)
    {
        ArgumentNullException.ThrowIfNull(isPast);
        ArgumentNullException.ThrowIfNull(removed);
        for (int looks = Math.Min(few, _toSweep); looks > 0; looks--)
        {
            _toSweep--;
            if (_hand == _slots.Count) _hand = 0;
            RemoveAt(_hand++, isPast, removed);
        }
        return _toSweep > 0;
    }

    /// <summary>Begins to copy all states as they are now; a copy that was under way ends unfinished.</summary>
    /// <param name="take">Copies what it wants of each, once, on the thread that uses the store: soon, or just before the state changes.</param>
    public void BeginCopy(Action<UInt128, TState> take)
    {
        ArgumentNullException.ThrowIfNull(take);
        (_take, _copied) = (take, 0);
        _copy++;
    }

    /// <summary>
    /// Takes at most one more state into the copy under way, and passes at most 1,024: where most were taken because they changed, looking for one that was not
    /// could take as long as looking at them all.
    /// </summary>
    /// <returns>False once the copy is whole, or where none is under way.</returns>
    public bool CopyNext()
    {
        if (_take is null) return false;
        for (int end = Math.Min(_slots.Count, _copied + Chunks<Slot>.ChunkLength); _copied < end;)
        {
            ref var slot = ref _slots[_copied++];
            if (slot.IsFree || slot.Copy == _copy) continue;
            Take(ref slot);
            return true;
        }
        if (_copied < _slots.Count) return true;
        EndCopy();
        return false;
    }

    /// <summary>Ends the copy under way, finished or not.</summary>
    public void EndCopy() => _take = null;

    void Take(ref Slot slot)
    {
        slot.Copy = _copy;
        _take?.Invoke(slot.Key, slot.State!);
    }

    void RemoveAt(int at, IsPast<TState> isPast, Action<UInt128, TState> removed)
    {
        ref var slot = ref _slots[at];
        if (slot.IsFree || !isPast(ref slot.State!)) return;
        UInt128 key = slot.Key;
        Remove(key, out var state);
        removed(key, state!);
    }

    /// <summary>The first slot of a key's bucket. The key is a hash already: its low bits are as good as any.</summary>
    ref int Bucket(UInt128 key)
    {
        int[] buckets = _buckets;
        int bucket = (int)key & (buckets.Length - 1);
        if (_unsplit is null) return ref buckets[bucket];
        return ref BucketWhileGrowing(bucket);
    }

    ref int BucketWhileGrowing(int bucket)
    {
        int before = bucket & (_unsplit!.Length - 1);
        if (before < _split) return ref _buckets[bucket];
        return ref _unsplit[before];
    }

    /// <summary>
    /// The first slot of a key's bucket as far as any thread can tell, any slot where the bucket is still to be split; no reference where there is none.
    /// </summary>
    ref Slot FirstSlot(UInt128 key)
    {
        int[] buckets = _buckets;
        return ref _slots.Peek(buckets[(int)key & (buckets.Length - 1)]);
    }

    /// <summary>The slot of a key; no reference where it has none.</summary>
    ref Slot Find(UInt128 key)
    {
        for (int at = Bucket(key); at != None;)
        {
            ref var slot = ref _slots[at];
            if (slot.Key == key) return ref slot;
            at = slot.Next;
        }
        return ref Unsafe.NullRef<Slot>();
    }

    ref Slot Add(UInt128 key)
    {
        if (Count == _buckets.Length) BeginGrowing();
        for (int splits = SplitsPerState; splits > 0 && _unsplit is not null; splits--) SplitNext();
        int at = TakeSlot();
        ref int first = ref Bucket(key);
        ref var slot = ref _slots[at];
        slot = new() { Key = key, Next = first, Copy = _copy };
        first = at;
        Count++;
        return ref slot;
    }

    int TakeSlot()
    {
        if (_free != None)
        {
            int free = _free;
            _free = _slots[free].NextFree;
            return free;
        }
        if (_toSweep > 0) _toSweep++; // The hand comes by here before it is round.
        return _slots.Add();
    }

    void BeginGrowing()
    {
        (_unsplit, _split) = (_buckets, 0);
        _buckets = GC.AllocateUninitializedArray<int>(2 * _unsplit.Length); // None is read before its bucket was split.
    }

    /// <summary>Parts the states of one bucket between the two that take its place.</summary>
    void SplitNext()
    {
        int at = _unsplit![_split];
        ref int low = ref _buckets[_split], high = ref _buckets[_split + _unsplit.Length];
        low = high = None;
        while (at != None)
        {
            ref var slot = ref _slots[at];
            ref int first = ref ((int)slot.Key & _unsplit.Length) == 0 ? ref low : ref high;
            int next = slot.Next;
            (slot.Next, first, at) = (first, at, next);
        }
        if (++_split < _unsplit.Length) return;
        (_unsplit, _split) = (null, 0);
    }

    /// <summary>A key and its state, or a link in the chain of free slots.</summary>
    struct Slot
    {
        internal UInt128 Key;
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

/// <summary>Whether a state is past and to be forgotten.</summary>
/// <typeparam name="TState">What is kept of each.</typeparam>
/// <param name="state">One that no copy has to take any more may be changed on the way.</param>
public delegate bool IsPast<TState>(ref TState state);
