using System.Runtime.InteropServices;

namespace Vigil.Features;

/// <summary>
/// The bytes of a snapshot, little-endian: magic, version, the header's length, the header, checksum; then blocks, each of a <see cref="SnapshotBlockHead"/>,
/// its bytes as Brotli, checksum; then a head of <see cref="SnapshotSection.End"/>, checksum, and nothing more. Every checksum is the XXH128 of all bytes
/// before it, so that nothing is believed before it has been checked, and neither a block nor the order of blocks can change unseen.
/// </summary>
static class SnapshotFormat
{
    /// <summary>Goes up with every change of the layout, here or in what any owner of state writes.</summary>
    internal const int Version = 3;

    internal const int MaxHeaderLength = 1 << 16;
    internal const int ChecksumLength = 16;

    internal static ReadOnlySpan<byte> Magic => "VIGILSNP"u8;
}

/// <summary>What comes before a block's bytes.</summary>
/// <param name="Section">Whose state it is.</param>
/// <param name="Length">Of the state, in bytes.</param>
/// <param name="StoredLength">Of the Brotli stream that follows.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
readonly record struct SnapshotBlockHead(SnapshotSection Section, int Length, int StoredLength);
