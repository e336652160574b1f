using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vigil.Features;

/// <summary>
/// Places in chunks of 1,024: each stays where it is, and no more take longer to grow than a few, for nothing is copied but the list of chunks.
/// </summary>
struct Chunks<T>()
{
    internal const int ChunkLength = 1 << Bits;

    const int Bits = 10;

    T[]?[] _chunks = [];

    /// <summary>Places in use, from 0 on.</summary>
    internal int Count { get; private set; }

    // A chunk has that many places, so no check is needed, which would read its head: another line of memory.
    internal readonly ref T this[int at] => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_chunks[at >> Bits]!), at & (ChunkLength - 1));

    /// <summary>Takes one more into use, as it was left.</summary>
    internal int Add()
    {
        int chunk = Count >> Bits;
        if (chunk == _chunks.Length) Array.Resize(ref _chunks, Math.Max(1, 2 * chunk));
        _chunks[chunk] ??= new T[ChunkLength];
        return Count++;
    }

    /// <summary>None are in use; their memory is kept.</summary>
    internal void Clear() => Count = 0;

    /// <summary>A place of any number, for hints, on any thread; no reference where there is none.</summary>
    internal readonly ref T Peek(int at)
    {
        T[]?[] chunks = _chunks;
        int chunk = at >> Bits;
        if ((uint)chunk >= (uint)chunks.Length || chunks[chunk] is not { } places) return ref Unsafe.NullRef<T>();
        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(places), at & (ChunkLength - 1));
    }
}
