using CsCheck;
using Xunit;

namespace Vigil.Features.Tests;

public sealed class SnapshotTests
{
    static readonly FeatureOptions s_options = new() { HistoryLength = 16 };

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task What_is_written_is_read() => Gen.Select(Gen.Byte.Array[0, 300_000], Gen.Int[0, 3]).SampleAsync(async (bytes, blocks) =>
    {
        var stream = new MemoryStream(await WriteAsync(Header(), Enumerable.Repeat(bytes, blocks)));
        var reader = await SnapshotReader.OpenAsync(stream, Cancellation);
        reader.Header.EnsureUsable(Header());
        for (int i = 0; i < blocks; i++)
        {
            using var block = (await reader.NextAsync(Cancellation))!;
            Assert.Equal(SnapshotSection.Histories, block.Section);
            Assert.Equal(bytes, block.Bytes.ToArray());
        }
        Assert.Null(await reader.NextAsync(Cancellation));
    }, iter: 50);

    [Fact]
    public async Task A_snapshot_cut_off_anywhere_is_refused()
    {
        byte[] whole = await SmallAsync();
        for (int length = 0; length < whole.Length; length++)
        {
            var refused = await RefusedAsync(whole[..length]);
            Assert.Contains("cut off", refused.Message);
        }
    }

    [Fact]
    public async Task A_snapshot_with_any_bit_turned_is_refused()
    {
        byte[] bytes = await SmallAsync();
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            await RefusedAsync(bytes);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public async Task Neither_the_order_of_blocks_nor_their_number_can_change()
    {
        byte[] first = [.. Enumerable.Range(0, 200).Select(i => (byte)(i * 7))], second = [.. first.Reverse()];
        byte[] one = await WriteAsync(Header(), [first]), other = await WriteAsync(Header(), [second]), both = await WriteAsync(Header(), [first, second]);
        int start = (await WriteAsync(Header(), [])).Length - EndLength, length = one.Length - start - EndLength;

        await RefusedAsync([.. both[..start], .. both[(start + length)..]]); // without the first
        await RefusedAsync([.. one[..start], .. other[start..^EndLength], .. one[start..]]); // another before it
        Assert.Contains("goes on after its end", (await RefusedAsync([.. both, 0])).Message);
    }

    [Fact]
    public async Task Another_format_is_refused_by_its_version()
    {
        byte[] bytes = await SmallAsync();
        bytes[8]++;
        Assert.Matches("version [0-9]+, expected [0-9]+", (await RefusedAsync(bytes)).Message);
        Assert.Contains("no snapshot", (await RefusedAsync("something else, and long enough"u8.ToArray())).Message);
    }

    public static TheoryData<string, SnapshotHeader> Others => new()
    {
        { "feature list version is other", Header() with { FeatureVersion = "other" } },
        { "feature options", Header() with { Options = new() } },
        { "model is other", Header() with { Model = "other" } },
        { "stream is other", Header() with { StreamId = "other" } },
        { "partition is other[3]", Header() with { Topic = "other" } },
        { "partition is card-transactions[4]", Header() with { Partition = 4 } },
        { "next offset is 43, expected at most 42", Header() with { NextOffset = 43 } },
        { "next offset is -1", Header() with { NextOffset = -1 } },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void A_snapshot_of_something_else_is_refused_in_words(string found, SnapshotHeader header)
    {
        Assert.Contains(found, Assert.Throws<InvalidDataException>(() => header.EnsureUsable(Header())).Message);
        (Header() with { NextOffset = 41 }).EnsureUsable(Header());
    }

    [Fact]
    public void Whatever_a_block_holds_reading_it_ends() => Gen.Byte.Array[0, 400].Sample(bytes =>
    {
        var block = new StateReader(new(SnapshotSection.Histories, bytes, bytes.Length));
        try
        {
            new PartitionFeatures(new(s_options), s_options).Restore(block);
        }
        catch (InvalidDataException)
        {
            // the only way out beside success
        }
    });

    const int EndLength = 12 + 16; // an empty head and a checksum

    static SnapshotHeader Header() => new()
    {
        Options = s_options,
        Model = "sha256:model",
        StreamId = "cluster/topic",
        Topic = "card-transactions",
        Partition = 3,
        NextOffset = 42,
    };

    static Task<byte[]> SmallAsync() => WriteAsync(Header(), [[1, 2, 3, 4, 5, 6, 7, 8, 9], [9, 9, 9]]);

    static async Task<byte[]> WriteAsync(SnapshotHeader header, IEnumerable<byte[]> blocks)
    {
        using var stream = new MemoryStream();
        using var writer = new SnapshotWriter(stream);
        await writer.WriteAsync(header, Cancellation);
        foreach (byte[] bytes in blocks) await writer.WriteAsync(new SnapshotBlock(SnapshotSection.Histories, bytes, bytes.Length), Cancellation);
        await writer.CompleteAsync(Cancellation);
        Assert.Equal(stream.Length, writer.Written);
        return stream.ToArray();
    }

    static Task<InvalidDataException> RefusedAsync(byte[] bytes) => Assert.ThrowsAsync<InvalidDataException>(async () =>
    {
        var reader = await SnapshotReader.OpenAsync(new MemoryStream(bytes), Cancellation);
        reader.Header.EnsureUsable(Header());
        while (await reader.NextAsync(Cancellation) is { } block) block.Dispose();
    });
}
