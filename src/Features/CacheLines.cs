using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Vigil.Features;

/// <summary>
/// Asks for memory ahead of its use, so that it comes while other work is done. Only a hint: it changes nothing but time, and does nothing where the processor
/// is no x86. The collector may move what is asked for meanwhile; then it was asked for in vain.
/// </summary>
static class CacheLines
{
    const int Length = 64;

    /// <summary>All of a column.</summary>
    internal static void Prefetch<T>(Span<T> column)
        where T : unmanaged =>
        Prefetch(ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(column)), column.Length * Unsafe.SizeOf<T>());

    /// <summary>One place of a column.</summary>
    internal static void Prefetch<T>(Span<T> column, int place)
        where T : unmanaged => Prefetch(ref Unsafe.As<T, byte>(ref column[place]), 1);

    /// <summary>So many bytes. Past the end of what is there asks for nothing that is wrong: a hint does not fault.</summary>
    internal static unsafe void Prefetch(ref byte first, int length)
    {
        if (!Sse.IsSupported) return;
        for (int at = 0; at < length; at += Length) Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref first, at)));
    }
}
