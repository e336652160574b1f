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
    const int ObjectHead = 16; // Of an array: what comes before its first place.

    /// <summary>All of a column.</summary>
    internal static void Prefetch<T>(Span<T> column)
        where T : unmanaged =>
        Prefetch(ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(column)), column.Length * Unsafe.SizeOf<T>());

    /// <summary>The line in which something begins; of nothing nothing.</summary>
    internal static unsafe void Prefetch<T>(ref T first)
    {
        if (Sse.IsSupported && !Unsafe.IsNullRef(ref first)) Sse.Prefetch0(Unsafe.AsPointer(ref first));
    }

    /// <summary>
    /// So many bytes of an object, its head among them. That is not looked at, as every other way to its bytes does, so this waits for nothing.
    /// </summary>
    internal static unsafe void PrefetchObject(object? of, int length)
    {
        if (of is not null) Prefetch(ref Unsafe.AsRef<byte>((void*)Unsafe.As<object, nint>(ref of)), length);
    }

    /// <summary>
    /// So many places of an array from a first one on, of those that come after the array's beginning; past its end asks for nothing that is wrong.
    /// </summary>
    internal static unsafe void PrefetchArray<T>(T[]? of, int first, int count)
        where T : unmanaged
    {
        if (of is null) return;
        int skipped = Math.Max(first, 0);
        nint at = Unsafe.As<T[], nint>(ref of) + ObjectHead + ((nint)skipped * sizeof(T));
        Prefetch(ref Unsafe.AsRef<byte>((void*)at), (first + count - skipped) * sizeof(T));
    }

    /// <summary>So many bytes. Past the end of what is there asks for nothing that is wrong: a hint does not fault.</summary>
    internal static unsafe void Prefetch(ref byte first, int length)
    {
        if (!Sse.IsSupported) return;
        byte* at = (byte*)Unsafe.AsPointer(ref first), end = at + length;
        for (at -= (nint)at & (Length - 1); at < end; at += Length) Sse.Prefetch0(at);
    }
}
