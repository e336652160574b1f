namespace Vigil.Backtest;

/// <summary>
/// A file that appears under its name when it is whole, and not at all where that was never said: until then it lies beside it with .partial at the end. Two
/// writers of one name exclude each other.
/// </summary>
sealed class WholeFile : IAsyncDisposable
{
    const int BufferBytes = 1 << 16;

    readonly string _path;
    readonly FileStream _file;
    bool _complete;

    /// <exception cref="IOException">The folder does not exist or takes no file, or somebody else is writing it.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file may not be written.</exception>
    internal WholeFile(string path)
    {
        _path = path;
        _file = new FileStream(Partial, FileMode.Create, FileAccess.ReadWrite, FileShare.None, BufferBytes, FileOptions.Asynchronous);
    }

    /// <summary>What is written to; left open by the writer.</summary>
    internal Stream Stream => _file;

    string Partial => _path + ".partial";

    /// <summary>Puts the file in place of one of its name, once it is on the disk.</summary>
    internal async Task CompleteAsync()
    {
        _file.Flush(flushToDisk: true);
        await _file.DisposeAsync();
        File.Move(Partial, _path, overwrite: true);
        _complete = true;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _file.DisposeAsync();
        }
        finally
        {
            if (!_complete) File.Delete(Partial);
        }
    }
}
