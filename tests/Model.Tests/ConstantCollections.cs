namespace Vigil.Model.Tests;

/// <summary>
/// Garbage collections one after another until it is disposed. Between two of them the finalizers run, which free what is no longer referred to, and there
/// is a pause of some microseconds: without one the thread under test, stopped by every collection, may not come to run at all.
/// </summary>
sealed class ConstantCollections : IDisposable
{
    readonly Thread _collector;

    volatile bool _done;

    public ConstantCollections()
    {
        _collector = new Thread(Collect);
        _collector.Start();
    }

    public void Dispose()
    {
        _done = true;
        _collector.Join();
    }

    void Collect()
    {
        while (!_done)
        {
            GC.Collect(0);
            GC.WaitForPendingFinalizers();
            Thread.SpinWait(300);
        }
    }
}
