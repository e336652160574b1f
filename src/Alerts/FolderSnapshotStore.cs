using System.Globalization;

namespace Vigil.Alerts;

/// <summary>
/// Snapshots as files: one folder a partition, one file a snapshot, named after its offset. A file is written under another name, flushed to the disk and then
/// renamed, so that whatever happens, a file of a snapshot's name is whole.
/// </summary>
/// <param name="folder">It is created when the first snapshot is written.</param>
public sealed class FolderSnapshotStore(string folder) : ISnapshotStore
{
    const string Extension = ".snapshot", Unfinished = ".unfinished";
    const int BufferLength = 1 << 20;

    /// <inheritdoc/>
    public Task<IReadOnlyList<long>> ListAsync(StreamPartition partition, CancellationToken cancellationToken = default) =>
        OrStoreFailure(partition, () => Task.FromResult(Offsets(FolderOf(partition))));

    /// <inheritdoc/>
    public Task WriteAsync(
        StreamPartition partition, long nextOffset, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nextOffset);
        string place = FolderOf(partition);
        return OrStoreFailure(partition, async () =>
        {
            Directory.CreateDirectory(place);
            foreach (string left in Directory.EnumerateFiles(place, "*" + Unfinished)) File.Delete(left); // by a process that died while it wrote
            string unfinished = Path.Combine(place, $"{nextOffset}-{Guid.NewGuid():N}{Unfinished}");
            try
            {
                await WriteFileAsync(unfinished, write, cancellationToken);
                File.Move(unfinished, FileOf(place, nextOffset), overwrite: true);
            }
            finally
            {
                File.Delete(unfinished); // of which nothing is left where it was renamed
            }
            var earlier = Offsets(place).Where(offset => offset <= nextOffset).Take(ISnapshotStore.Kept).ToHashSet();
            foreach (long offset in Offsets(place).Where(offset => !earlier.Contains(offset))) File.Delete(FileOf(place, offset));
            return true;
        });
    }

    /// <inheritdoc/>
    public Task ReadAsync(
        StreamPartition partition, long nextOffset, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken = default) =>
        OrStoreFailure(partition, async () =>
        {
            await using var file = new FileStream(
                FileOf(FolderOf(partition), nextOffset),
                FileMode.Open,
                FileAccess.Read,
                FileShare.Read | FileShare.Delete,
                BufferLength,
                FileOptions.SequentialScan);
            await read(file, cancellationToken);
            return true;
        });

    static async Task WriteFileAsync(string path, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Delete, BufferLength);
        await write(file, cancellationToken);
        await file.FlushAsync(cancellationToken);
        file.Flush(flushToDisk: true);
    }

    static IReadOnlyList<long> Offsets(string place) => !Directory.Exists(place) ? [] :
    [
        .. Directory.EnumerateFiles(place, "*" + Extension)
            .Select(Path.GetFileNameWithoutExtension)
            .Select(name => long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out long offset) ? offset : -1)
            .Where(offset => offset >= 0)
            .OrderDescending(),
    ];

    static string FileOf(string place, long offset) => Path.Combine(place, $"{offset.ToString("D19", CultureInfo.InvariantCulture)}{Extension}");

    string FolderOf(StreamPartition partition) => Path.Combine(
        folder, Uri.EscapeDataString(partition.StreamId), partition.Topic, partition.Partition.ToString(CultureInfo.InvariantCulture));

    async Task<T> OrStoreFailure<T>(StreamPartition partition, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SnapshotStoreException($"The folder of snapshots {folder} cannot be used for {partition}: {error.Message}", error);
        }
    }
}
