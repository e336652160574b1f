using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vigil.Features;

/// <summary>A list that grows at its end, whose items stay where they are: none is copied when there are more, however many there are.</summary>
struct Chunks<T>()
{
    const int LengthBits = 10;

    /// <summary>Items in a chunk.</summary>
    internal const int Length = 1 << LengthBits;

    T[][] _chunks = [];

    internal int Count { get; private set; }

    /// <summary>An item; its place must be below <see cref="Count"/>.</summary>
    internal readonly ref T this[int at] =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_chunks[at >> LengthBits]), at & (Length - 1)); // A check would read the chunk's head: another line of memory.

    /// <summary>Asks for an item's memory, so that it comes while other work is done.</summary>
    internal readonly void Prefetch(int at) => CacheLines.Prefetch(ref Unsafe.As<T, byte>(ref this[at]), 1);

    /// <summary>Adds an item.</summary>
    /// <returns>Its place.</returns>
    internal int Add(T item)
    {
        int at = Count++, chunk = at >> LengthBits;
        if (chunk == _chunks.Length) Array.Resize(ref _chunks, Math.Max(1, 2 * chunk));
        _chunks[chunk] ??= new T[Length];
        this[at] = item;
        return at;
    }
}
